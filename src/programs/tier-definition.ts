import { z } from "zod";
import { WINDOW_PATTERN } from "../core/metric-window.ts";
import { EffectName, EntitlementValue, EventType, Label, Multiplier, Percent, Slug, WalletId } from "../rules/effects/shared.ts";

export const Window = z
  .string()
  .regex(WINDOW_PATTERN, "lifetime, month, quarter, year (calendar) or a number of days such as 365d (the day itself and those before it)")
  .meta({
    id: "MetricWindow",
    description: "Over which time: lifetime, calendar month, quarter or year, or a number of days",
    example: "365d",
  });

const AtLeast = z.int().nonnegative().meta({ description: "From which value on: minor units, orders, points or events" });

export const TierCriterion = z
  .discriminatedUnion("metric", [
    z
      .strictObject({ metric: z.literal("spend"), window: Window, atLeast: AtLeast })
      .meta({ id: "SpendCriterion", description: "Net in minor units" }),
    z
      .strictObject({ metric: z.literal("orders"), window: Window, atLeast: AtLeast })
      .meta({ id: "OrdersCriterion", description: "Number of orders" }),
    z
      .strictObject({ metric: z.literal("order_months"), window: Window, atLeast: AtLeast })
      .meta({ id: "OrderMonthsCriterion", description: "Number of local months with an order; each counts on its first day" }),
    z
      .strictObject({ metric: z.literal("points"), wallet: WalletId, window: Window, atLeast: AtLeast })
      .meta({ id: "PointsCriterion", description: "Accruals less clawbacks of a wallet" }),
    z
      .strictObject({ metric: z.literal("events"), event: EventType, window: Window, atLeast: AtLeast })
      .meta({ id: "EventsCriterion", description: "Number of events of a type" }),
  ])
  .meta({
    id: "TierCriterion",
    description:
      "spend: net minor units; orders: number of orders; order_months: number of local months with an order; points: accruals less clawbacks of a wallet; events: number of events of a type",
  });

export const Criteria = z.array(TierCriterion).min(1).max(10);

const Retention = z
  .strictObject({
    any: Criteria.optional().meta({ description: "What keeps the tier: one of these; without `any` and `all` its qualification does" }),
    all: Criteria.optional().meta({ description: "What keeps the tier: each of these" }),
    review: z
      .string()
      .regex(
        /^(?:month|quarter|year|anniversary|rolling|P(?:[1-9]\d{0,3}D|[1-9]\d{0,2}M|[1-9]\d?Y)(?:\/EO[MQY])?)$/,
        "month, quarter, year, anniversary, rolling, or a period since the tier was reached such as P1Y or P1M/EOM",
      )
      .meta({
        description:
          "When it is looked at: as a calendar period ends, on each anniversary of joining, on each local day (rolling), or a period after the tier was reached",
        example: "P1M/EOM",
      }),
    downgrade: z
      .enum(["none", "one_step", "to_qualified"])
      .default("one_step")
      .meta({ description: "Where a member goes who lacks it: nowhere, one tier down, or down to the tier they qualify for" }),
    graceDays: z
      .int()
      .min(0)
      .max(365)
      .default(0)
      .meta({ description: "Local days in which the member may still make up for it before the tier is taken away" }),
  })
  .refine(({ any, all }) => any === undefined || all === undefined, { error: "`any` or `all`, not both", path: ["all"] })
  .meta({ id: "TierRetention", description: "How a tier is kept" });

export const TierDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the tier; members keep it", example: "gold" }),
    name: Label.optional(),
    qualification: z
      .union([
        z.strictObject({ any: Criteria.meta({ description: "One of these is enough" }) }),
        z.strictObject({ all: Criteria.meta({ description: "Each of these is needed" }) }),
      ])
      .optional()
      .meta({ description: "How the tier is reached; the first tier has none, every member starts there" }),
    retention: Retention.optional().meta({ description: "How the tier is kept; without it a tier is kept for good" }),
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
