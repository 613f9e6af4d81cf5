import { z } from "zod";
import { discountAmount } from "../rules/effects/discount-amount.ts";
import { discountPerStep } from "../rules/effects/discount-per-step.ts";
import { discountPercent } from "../rules/effects/discount-percent.ts";
import { freeShipping } from "../rules/effects/free-shipping.ts";
import { gift } from "../rules/effects/gift.ts";
import { AmountMinor, Label, Slug } from "../rules/effects/shared.ts";
import { Duration } from "./wallet-definition.ts";

export const COUPONS_MAX = 500;

/** What a coupon can give: effects of rules that need no memory of their own. */
const CouponEffect = z
  .discriminatedUnion("kind", [
    discountPercent.params,
    discountAmount.params,
    discountPerStep.params,
    freeShipping.params,
    gift.params.omit({ stock: true, returns: true }).meta({ id: "CouponGift", description: "Tells the shop to add a gift" }),
  ])
  .meta({ id: "CouponEffect", description: "What a coupon gives on an order" });

/** A coupon that members can be given: how it is called, when one is valid, and what an order gets for it. */
export const CouponDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the coupon; rules and requests name it", example: "sorry-5-yuan" }),
    label: Label.optional(),
    from: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: "First instant at which one is valid; absent: from its issue on" }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: "First instant at which none is valid any more" }),
    validFor: Duration.optional().meta({
      description: "How long one is valid, from its issue or, where that is later, from `from`; never past `until`",
      example: "P7D",
    }),
    expiryNotices: z
      .array(Duration)
      .min(1)
      .max(5)
      .optional()
      .meta({
        description:
          "How long ahead members are told of one that will end unused, by the event `coupon.will_expire`; not at all without it",
        example: ["P3D"],
      }),
    gives: z
      .array(CouponEffect)
      .min(1)
      .max(5)
      .optional()
      .meta({ description: "What an order gets for it; absent: carts cannot use it, the shop knows what it is worth" }),
    minimum: AmountMinor.optional().meta({
      description: "Least that must be left of the lines it touches at its turn, in minor units",
      example: 10000,
    }),
    lines: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .meta({ description: "CEL condition over line (and member, order, now): selects the lines it touches; absent is all" }),
    tiers: z.array(Slug).min(1).max(50).optional().meta({ description: "Only for orders of members of these tiers; absent is all" }),
    stackable: z.boolean().optional().meta({ description: "Whether an order may use another coupon beside it; true when absent" }),
    onReturn: z.enum(["release", "keep"]).optional().meta({
      description: "When its order is cancelled or returned whole: `release` (default) lets it be used again, `keep` leaves it used",
    }),
  })
  .meta({ id: "CouponDefinition", description: "A coupon that members can be given, each with a code of its own" });

export type CouponDefinition = z.infer<typeof CouponDefinition>;
