import { z } from "zod";
import { AmountMinor, Label, Slug, WalletId } from "../rules/effects/shared.ts";
import { DateList } from "../rules/schedules/date-list.ts";
import { RuleDefinition } from "./rule-definition.ts";
import { TEST_CASES_MAX, TestCase } from "./test-case.ts";
import { TierDefinition } from "./tier-definition.ts";
import { WalletDefinition } from "./wallet-definition.ts";

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
