import { z } from "zod";
import { AmountMinor, Label, Slug, WalletId } from "../rules/effects/shared.ts";
import { LaneDefinition } from "../rules/lanes/lane-definition.ts";
import { DateList } from "../rules/schedules/date-list.ts";
import { AdjustmentsDefinition } from "./adjustments-definition.ts";
import { COUPONS_MAX, CouponDefinition } from "./coupon-definition.ts";
import { EVENT_TYPES_MAX, EventDefinition } from "./event-definition.ts";
import { PoolsDefinition } from "./pools-definition.ts";
import { REWARDS_MAX, RewardDefinition } from "./reward-definition.ts";
import { RuleDefinition } from "./rule-definition.ts";
import { TEST_CASES_MAX, TestCase } from "./test-case.ts";
import { TierDefinition } from "./tier-definition.ts";
import { UPGRADES_MAX, UpgradeDefinition } from "./upgrade-definition.ts";
import { WalletDefinition } from "./wallet-definition.ts";

/** A program as its file says it: one currency, one time zone, wallets, earning, tiers and rules. */
export const ProgramDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the program for good", example: "retail-gbp" }),
    name: Label,
    currency: z
      .string()
      .regex(/^[A-Z]{3}$/, "an ISO 4217 code")
      .meta({ description: "ISO 4217 code; for good", example: "GBP" }),
    timeZone: z.string().min(1).max(64).meta({ description: "IANA time zone", example: "Europe/London" }),
    test: z.boolean().optional().meta({ description: "For trying out: its time can be set, by `PUT /v1/test-clock`; for good" }),
    autoEnroll: z.boolean().default(false).meta({ description: "An order of an unknown member enrols them; false refuses it" }),
    ordersCount: z
      .enum(["placed", "completed"])
      .default("placed")
      .meta({ description: "When an order earns its points and counts for tiers" }),
    multipliers: z
      .enum(["compound", "highest", "additive"])
      .default("compound")
      .meta({ description: "How several multipliers go together: ×1.2 and ×2 are ×2.4, ×2 or ×2.2" }),
    tierAppliesTo: z.enum(["next", "same"]).default("next").meta({ description: "From which order a tier that an order reaches counts" }),
    tierUpgrades: z
      .enum(["immediate", "review"])
      .default("immediate")
      .meta({ description: "When members move up; with `review` not by orders" }),
    wallets: z.array(WalletDefinition).min(1).max(16).meta({ description: "Kinds of points; the first is the main one, for good" }),
    earning: z
      .array(
        z
          .strictObject({
            wallet: WalletId,
            points: z.int().positive().max(1_000_000).meta({ description: "Whole points" }),
            perAmount: AmountMinor,
          })
          .meta({ id: "EarningRate", description: "So many points for so many minor units of net" }),
      )
      .max(16)
      .default([])
      .meta({ description: "Base accrual: so many points for so many minor units of net" }),
    adjustments: AdjustmentsDefinition.optional(),
    tiers: z.array(TierDefinition).min(1).max(50).meta({ description: "The ladder, lowest first; every member starts in the first" }),
    upgrades: z
      .array(UpgradeDefinition)
      .max(UPGRADES_MAX)
      .optional()
      .meta({ description: "Ways up beside qualification: bought with points, or given for a goal" }),
    rewards: z.array(RewardDefinition).max(REWARDS_MAX).optional().meta({ description: "What members get for points" }),
    coupons: z
      .array(CouponDefinition)
      .max(COUPONS_MAX)
      .optional()
      .meta({ description: "Coupons that members are given by rules and by hand; without it rules name those of the shop" }),
    pools: PoolsDefinition.optional().meta({
      description: "Whether members may form households that draw on each other's points; not without it",
    }),
    calendars: z.array(DateList).max(50).optional().meta({ description: "Dates by name that schedules refer to" }),
    lanes: z.array(LaneDefinition).max(50).optional().meta({ description: "In the order of their turns; rules without a lane go last" }),
    events: z.array(EventDefinition).max(EVENT_TYPES_MAX).optional().meta({ description: "Types of events that rules and tiers look at" }),
    rules: z.array(RuleDefinition).max(2000).default([]).meta({ description: "What gives discounts, points and other effects, and when" }),
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
