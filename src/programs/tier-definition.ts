import { z } from "zod";
import { EffectName, EntitlementValue, Label, Multiplier, Percent, Slug, WalletId } from "../rules/effects/shared.ts";

export const Window = z
  .string()
  .regex(
    /^(?:lifetime|month|quarter|year|[1-9]\d{0,3}d)$/,
    "lifetime, month, quarter, year (calendar) or a number of days such as 365d (the day itself and those before it)",
  )
  .meta({ id: "MetricWindow", example: "365d" });

export const TierCriterion = z
  .discriminatedUnion("metric", [
    z.strictObject({ metric: z.literal("spend"), window: Window, atLeast: z.int().nonnegative() }).meta({ id: "SpendCriterion" }),
    z.strictObject({ metric: z.literal("orders"), window: Window, atLeast: z.int().nonnegative() }).meta({ id: "OrdersCriterion" }),
    z
      .strictObject({ metric: z.literal("points"), wallet: WalletId, window: Window, atLeast: z.int().nonnegative() })
      .meta({ id: "PointsCriterion" }),
  ])
  .meta({
    id: "TierCriterion",
    description: "spend: net minor units; orders: number of orders; points: accruals less clawbacks of a wallet",
  });

export const TierDefinition = z
  .strictObject({
    id: Slug,
    name: Label.optional(),
    qualification: z
      .union([
        z.strictObject({ any: z.array(TierCriterion).min(1).max(10) }),
        z.strictObject({ all: z.array(TierCriterion).min(1).max(10) }),
      ])
      .optional()
      .meta({ description: "How the tier is reached; the first tier has none, every member starts there" }),
    benefits: z
      .strictObject({
        multiplier: Multiplier.default(1),
        discountPercent: Percent.default(0),
        freeShippingFrom: z
          .int()
          .nonnegative()
          .optional()
          .meta({ description: "Net from which shipping is free; 0 is always; absent is never" }),
        entitlements: z.record(EffectName, EntitlementValue).default({}),
      })
      .prefault({}),
  })
  .meta({ id: "TierDefinition" });

export type TierDefinition = z.infer<typeof TierDefinition>;
export type TierCriterion = z.infer<typeof TierCriterion>;
