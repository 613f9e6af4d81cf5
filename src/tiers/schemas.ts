import { z } from "zod";
import { CallerId, UtcInstant } from "../http/types.ts";
import { TierId } from "../ledger/schemas.ts";
import { EventType, WalletId } from "../rules/effects/shared.ts";

const criterionShape = {
  metric: z
    .enum(["spend", "orders", "order_months", "points", "events"])
    .meta({ description: "spend in minor units, else whole orders, months with an order, points or events", example: "spend" }),
  wallet: WalletId.optional().meta({ description: "Of the metric points" }),
  event: EventType.optional().meta({ description: "Of the metric events" }),
  window: z.string().meta({ description: "lifetime, month, quarter, year or a number of days, as of today", example: "365d" }),
  atLeast: z.int().meta({ description: "What the tier asks for", example: 50000 }),
  value: z.int().meta({ description: "What the member has", example: 41700 }),
  missing: z.int().nonnegative().meta({ description: "What is missing; 0 when it is met", example: 8300 }),
};

const CriterionSchema = z
  .strictObject({
    ...criterionShape,
    sentence: z.string().nullable().meta({ description: "The same in words; null when it is met", example: "83.00 GBP to silver" }),
  })
  .meta({ id: "TierCriterionProgress", description: "How far a member is towards one criterion of a tier" });

export const Requires = z.enum(["any", "all"]).meta({ description: "Whether one met criterion is enough", example: "any" });

const NextTierSchema = z
  .strictObject({
    tier: TierId,
    requires: Requires,
    criteria: z.array(CriterionSchema),
    sentence: z.string().meta({ description: "What is missing, in words", example: "83.00 GBP to silver" }),
  })
  .meta({ id: "NextTier", description: "A tier above the member's own and what is missing to it" });

export const ReviewedCriterionSchema = z.strictObject(criterionShape).meta({ id: "ReviewedCriterion" });

const RetentionSchema = z
  .strictObject({
    review: z
      .string()
      .nullable()
      .meta({ description: "When it is looked at, as the program says; null: not by itself", example: "P1M/EOM" }),
    state: z.enum(["kept", "grace", "granted"]).meta({
      description: "grace: something is missing, and there is time until `nextReviewAt`; granted: the tier was given until then",
      example: "kept",
    }),
    nextReviewAt: UtcInstant.nullable().meta({
      description: "The tier is kept until then at least; null: it is looked at on each local day",
    }),
    downgrade: z.enum(["none", "one_step", "to_qualified"]),
    graceDays: z.int().nonnegative().meta({ description: "Local days of grace once something is missing", example: 30 }),
    requires: Requires,
    criteria: z.array(CriterionSchema).meta({ description: "What keeps the tier, with the sums of today" }),
    sentence: z.string().meta({ description: "What is missing to keep it, in words", example: "2 orders to keep silver" }),
  })
  .meta({ id: "TierRetentionState", description: "What a member has to do to keep the tier, and until when" });

const ReviewSchema = z
  .strictObject({
    dueAt: UtcInstant,
    tier: TierId,
    outcome: z.enum(["kept", "grace", "downgraded", "upgraded", "spared"]).meta({
      description: "grace: something was missing, and there was time until `until`; spared: it was missing, and the tier stayed",
      example: "kept",
    }),
    to: TierId.meta({ description: "The tier after the review" }),
    asOf: z.string().meta({ description: "The last local day that counted", example: "2026-04-30" }),
    requires: Requires,
    criteria: z.array(ReviewedCriterionSchema).meta({ description: "With the values that it saw" }),
    until: UtcInstant.nullable().meta({ description: "End of the grace; null without one" }),
    nextReviewAt: UtcInstant.nullable(),
    ruleSet: z.int().nonnegative(),
    recordedAt: UtcInstant,
  })
  .meta({ id: "TierReview", description: "What a review of the tier found, and what it decided" });

const BenefitsSchema = z
  .strictObject({
    multiplier: z.number().meta({ description: "Factor on points", example: 1.2 }),
    discountPercent: z.number().meta({ description: "Discount on every order, in percent", example: 2 }),
    freeShippingFrom: z
      .int()
      .nullable()
      .meta({ description: "Net in minor units from which shipping is free; null is never", example: null }),
  })
  .meta({ id: "TierBenefits", description: "What the tier gives on every order" });

const TierChangeSchema = z
  .strictObject({
    from: TierId.nullable().meta({ description: "Null: the member joined" }),
    to: TierId,
    cause: z.string().meta({
      description:
        "enrolment, qualification, purchase, goal, reward, rule, manual, review, ladder_change, merge, unmerge or opening_balance",
      example: "qualification",
    }),
    sourceId: z.string().nullable().meta({ description: "The caller's id of what caused it, such as the order's", example: "536365" }),
    reason: z
      .string()
      .nullable()
      .meta({ description: "Why the member was moved by hand; else the id of the upgrade, the reward or the rule", example: null }),
    actor: z.string().nullable().meta({ description: "Who moved the member by hand", example: null }),
    ruleSet: z.int().nonnegative(),
    occurredAt: UtcInstant,
    recordedAt: UtcInstant,
  })
  .meta({ id: "TierChange", description: "One step on the ladder" });

export const MemberTierSchema = z
  .strictObject({
    memberId: CallerId,
    tier: TierId,
    name: z.string().nullable().meta({ description: "The tier's name for people", example: "Bronze" }),
    since: UtcInstant,
    benefits: BenefitsSchema,
    entitlements: z
      .record(z.string(), z.union([z.boolean(), z.number(), z.string()]))
      .meta({ description: "Privileges that the shop grants by itself", example: { free_returns: true } }),
    next: NextTierSchema.nullable().meta({ description: "The nearest tier above; null at the top" }),
    above: z.array(NextTierSchema).meta({ description: "All tiers above, nearest first" }),
    retention: RetentionSchema.nullable().meta({ description: "How the tier is kept; null: for good" }),
    reviews: z.array(ReviewSchema).meta({ description: "The latest 20 reviews, newest first" }),
    history: z.array(TierChangeSchema).meta({ description: "The latest 100 changes, newest first" }),
  })
  .meta({
    id: "MemberTier",
    description: "Where a member stands on the ladder, as of today",
    example: {
      memberId: "17850",
      tier: "bronze",
      name: "Bronze",
      since: "2026-01-01T00:00:00.000Z",
      benefits: { multiplier: 1, discountPercent: 0, freeShippingFrom: null },
      entitlements: {},
      next: {
        tier: "silver",
        requires: "any",
        criteria: [{ metric: "spend", window: "365d", atLeast: 50000, value: 41700, missing: 8300, sentence: "83.00 GBP to silver" }],
        sentence: "83.00 GBP to silver",
      },
      above: [],
      retention: null,
      reviews: [],
      history: [],
    },
  });
