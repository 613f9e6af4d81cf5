import { z } from "zod";
import { Effect } from "../rules/effects/index.ts";
import { AmountMinor, EffectName, EntitlementValue, Multiplier, Percent, Slug, WalletId } from "../rules/effects/shared.ts";
import { DateList } from "../rules/schedules/date-list.ts";
import { Schedule } from "../rules/schedules/schedule.ts";
import { TEST_CASES_MAX, TestCase } from "./test-case.ts";

const Label = z.string().min(1).max(200);

/** When points of a wallet become available and when they expire. Grammar of both: docs/programs.md. */
const Duration = z.string().regex(/^P(?:\d{1,4}D|\d{1,3}M|\d{1,2}Y)$/, "an ISO 8601 period of days, months or years: P14D, P12M, P1Y");
const Expiry = z.union([
  z.literal("never"),
  z
    .string()
    .regex(
      /^P(?:\d{1,4}D|\d{1,3}M|\d{1,2}Y)(?:\/EO[MQY])?$/,
      "never, or a period with an optional rounding to the end of the month, quarter or year: P12M, P12M/EOM",
    ),
]);

export const WalletDefinition = z
  .strictObject({
    id: WalletId,
    name: Label.optional(),
    kind: z.enum(["spendable", "status"]).default("spendable"),
    pending: z.union([z.literal("none"), Duration]).default("none"),
    expiry: Expiry.default("never"),
    clawback: z.enum(["debt", "within_balance"]).default("debt").meta({
      description:
        "What happens when returned points are spent already: `debt` is paid by later accruals first, `within_balance` writes the rest off",
    }),
    worth: z
      .strictObject({ points: z.int().positive(), amount: AmountMinor })
      .optional()
      .meta({ description: "What points are worth in money, for liability" }),
  })
  .meta({ id: "WalletDefinition" });

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

export const RuleDefinition = z
  .strictObject({
    id: Slug,
    label: Label.optional(),
    state: z.enum(["active", "paused"]).optional().meta({ description: "A paused rule applies to no order; active when absent" }),
    priority: z.int().min(-1000).max(1000).default(0).meta({ description: "Higher goes first; ties by id" }),
    group: Slug.optional().meta({ description: "Exclusive group: of its rules that match only the first by priority applies" }),
    from: z.iso.datetime({ offset: true }).optional().meta({ description: "First instant at which the rule applies" }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: "First instant at which it no longer applies" }),
    schedule: Schedule.optional().meta({ description: "When it applies between `from` and `until`; absent is always" }),
    when: z.string().min(1).max(2000).optional().meta({ description: "CEL condition over member, order and now; absent is always" }),
    lines: z
      .string()
      .min(1)
      .max(2000)
      .optional()
      .meta({ description: "CEL condition over line (and member, order, now): selects the lines that the effects touch; absent is all" }),
    effects: z.array(Effect).min(1).max(20),
  })
  .meta({ id: "RuleDefinition" });

/** A program as its file says it: one currency, one time zone, wallets, earning, tiers and rules. */
export const ProgramDefinition = z
  .strictObject({
    id: Slug.meta({ example: "retail-gbp" }),
    name: Label,
    currency: z.string().regex(/^[A-Z]{3}$/, "an ISO 4217 code"),
    timeZone: z.string().min(1).max(64).meta({ description: "IANA time zone", example: "Europe/London" }),
    autoEnroll: z.boolean().default(false),
    ordersCount: z.enum(["placed", "completed"]).default("placed"),
    multipliers: z.enum(["compound", "highest", "additive"]).default("compound"),
    tierAppliesTo: z.enum(["next", "same"]).default("next"),
    tierUpgrades: z.enum(["immediate", "review"]).default("immediate"),
    wallets: z.array(WalletDefinition).min(1).max(16),
    earning: z
      .array(
        z.strictObject({ wallet: WalletId, points: z.int().positive().max(1_000_000), perAmount: AmountMinor }).meta({ id: "EarningRate" }),
      )
      .max(16)
      .default([])
      .meta({ description: "Base accrual: so many points for so many minor units of net" }),
    tiers: z.array(TierDefinition).min(1).max(50),
    calendars: z.array(DateList).max(50).optional().meta({ description: "Dates by name that schedules refer to" }),
    rules: z.array(RuleDefinition).max(2000).default([]),
    tests: z
      .array(TestCase)
      .max(TEST_CASES_MAX)
      .optional()
      .meta({ description: "Orders and what must be decided on them, run before publishing" }),
  })
  .meta({
    id: "ProgramDefinition",
    description: "A program as its file says it",
    example: {
      id: "retail-gbp",
      name: "Retail",
      currency: "GBP",
      timeZone: "Europe/London",
      wallets: [{ id: "points" }],
      earning: [{ wallet: "points", points: 1, perAmount: 100 }],
      tiers: [{ id: "bronze" }],
    },
  });

export type ProgramDefinition = z.infer<typeof ProgramDefinition>;
export type WalletDefinition = z.infer<typeof WalletDefinition>;
export type TierDefinition = z.infer<typeof TierDefinition>;
export type TierCriterion = z.infer<typeof TierCriterion>;
export type RuleDefinition = z.infer<typeof RuleDefinition>;
