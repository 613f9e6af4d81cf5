import { z } from "zod";
import { WINDOW_PATTERN } from "../core/metric-window.ts";
import { EffectName, EntitlementValue, Label, Multiplier, Percent, Slug, WalletId } from "../rules/effects/shared.ts";

export const Window = z
  .string()
  .regex(WINDOW_PATTERN, "lifetime, month, quarter, year (calendar) or a number of days such as 365d (the day itself and those before it)")
  .meta({
    id: "MetricWindow",
    description: "Over which time: lifetime, calendar month, quarter or year, or a number of days",
    example: "365d",
  });

const AtLeast = z.int().nonnegative().meta({ description: "From which value on: minor units, orders or points" });

export const TierCriterion = z
  .discriminatedUnion("metric", [
    z
      .strictObject({ metric: z.literal("spend"), window: Window, atLeast: AtLeast })
      .meta({ id: "SpendCriterion", description: "Net in minor units" }),
    z
      .strictObject({ metric: z.literal("orders"), window: Window, atLeast: AtLeast })
      .meta({ id: "OrdersCriterion", description: "Number of orders" }),
    z
      .strictObject({ metric: z.literal("points"), wallet: WalletId, window: Window, atLeast: AtLeast })
      .meta({ id: "PointsCriterion", description: "Accruals less clawbacks of a wallet" }),
  ])
  .meta({
    id: "TierCriterion",
    description: "spend: net minor units; orders: number of orders; points: accruals less clawbacks of a wallet",
  });

export const TierDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the tier; members keep it", example: "gold" }),
    name: Label.optional(),
    qualification: z
      .union([
        z.strictObject({ any: z.array(TierCriterion).min(1).max(10).meta({ description: "One of these is enough" }) }),
        z.strictObject({ all: z.array(TierCriterion).min(1).max(10).meta({ description: "Each of these is needed" }) }),
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
        entitlements: z
          .record(EffectName, EntitlementValue)
          .default({})
          .meta({ description: "Privileges by name that the shop grants by itself" }),
      })
      .prefault({})
      .meta({ description: "What members of the tier have" }),
  })
  .meta({ id: "TierDefinition", description: "A level of the ladder" });

export type TierDefinition = z.infer<typeof TierDefinition>;
export type TierCriterion = z.infer<typeof TierCriterion>;
