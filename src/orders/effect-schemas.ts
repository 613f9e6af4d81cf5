import { z } from "zod";
import { AmountMinor } from "../http/types.ts";
import type { EffectDecision } from "../rules/decision.ts";
import { JsonValue } from "../rules/effects/custom.ts";
import { EffectName, EntitlementValue, Sku, Slug } from "../rules/effects/shared.ts";
import { Quantity } from "./cart-schema.ts";

export const RuleName = z
  .string()
  .meta({ description: "Id of the rule, `tier:<id>` for the benefit of a tier, or `coupon:<id>` for a coupon", example: "double-points" });
export const Label = z.string().meta({ description: "How the rule names itself to people", example: "Double points" });

const ShippingEffectSchema = z
  .strictObject({
    kind: z.enum(["free_shipping", "reduced_shipping"]),
    rule: RuleName,
    label: Label,
    amount: AmountMinor.meta({ description: "What came off the shipping, in minor units", example: 500 }),
  })
  .meta({ id: "ShippingEffect" });

const GiftEffectSchema = z
  .strictObject({ kind: z.literal("gift"), rule: RuleName, label: Label, sku: Sku, quantity: Quantity })
  .meta({ id: "GiftEffect", description: "What the shop adds to the parcel, as far as it has it; no line of the order" });

const EntitlementEffectSchema = z
  .strictObject({ kind: z.literal("entitlement"), rule: RuleName, label: Label, entitlement: EffectName, value: EntitlementValue })
  .meta({ id: "EntitlementEffect", description: "A privilege that the shop grants with this order" });

const CouponEffectSchema = z
  .strictObject({ kind: z.literal("coupon"), rule: RuleName, label: Label, coupon: Slug })
  .meta({ id: "CouponEffect", description: "A coupon that the member is given" });

const GrantTierEffectSchema = z
  .strictObject({
    kind: z.literal("grant_tier"),
    rule: RuleName,
    label: Label,
    tier: Slug,
    until: z.string().optional().meta({ description: "For how long; absent as the tier is kept otherwise", example: "P1M/EOM" }),
  })
  .meta({ id: "GrantTierEffect", description: "Lifts the member to at least this tier when the order counts" });

const CustomEffectSchema = z
  .strictObject({ kind: z.literal("custom"), rule: RuleName, label: Label, name: EffectName, payload: z.record(z.string(), JsonValue) })
  .meta({ id: "CustomEffect", description: "Handed on as the program says it" });

export const OrderEffectSchema = z
  .discriminatedUnion("kind", [
    ShippingEffectSchema,
    GiftEffectSchema,
    EntitlementEffectSchema,
    CouponEffectSchema,
    GrantTierEffectSchema,
    CustomEffectSchema,
  ])
  .meta({ id: "OrderEffect", description: "What a rule gave beside discounts and points" }) satisfies z.ZodType<EffectDecision>;
