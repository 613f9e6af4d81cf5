import { z } from "zod";
import { AmountMinor, CallerId, Points, UtcInstant } from "../http/types.ts";
import { TierId } from "../ledger/schemas.ts";
import { PAYMENT_REASONS } from "../rules/decision.ts";
import { Sku, WalletId } from "../rules/effects/shared.ts";
import { LimitPeriod } from "../rules/limits/limit-definition.ts";
import { refusalFacts } from "./payment-schemas.ts";

const Part = z.string().meta({ description: "The part of the condition that failed, as it is written", example: "order.gross >= 30000" });

const LimitOf = z.enum(["points", "money", "uses", "gifts"]).meta({ description: "What is counted", example: "money" });
const limitNumbers = {
  atMost: Points.meta({ description: "How much it lets through: points, minor units, orders or units", example: 100_000 }),
  used: Points.meta({ description: "How much of it was used before the order", example: 99_000 }),
};

const Each = z.string().meta({ description: "The field of the event's data by whose values it counts apart", example: "orderId" });

const LimitSchema = z
  .strictObject({
    kind: z.enum(["cap", "budget", "stock"]),
    of: LimitOf,
    for: z.enum(["order", "member"]).optional().meta({ description: "Of a cap" }),
    wallet: WalletId.optional(),
    ...limitNumbers,
    per: LimitPeriod.optional(),
    each: Each.optional(),
  })
  .meta({ id: "RuleLimit", description: "A cap, a budget or the stock of a gift" });

const ReasonSchema = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("condition"),
        part: Part,
        values: z.record(z.string(), z.string()).meta({ description: "The values it saw, by path", example: { "order.gross": "21700" } }),
        missing: z
          .strictObject({
            path: z.string(),
            atLeast: z.string(),
            value: z.string(),
            short: z.string().meta({ description: "How much is missing", example: "8300" }),
          })
          .optional()
          .meta({ description: "What is missing to a threshold" }),
      })
      .meta({ id: "ConditionNotMet" }),
    z.strictObject({ kind: z.literal("attribute_missing"), part: Part, path: z.string() }).meta({ id: "AttributeMissing" }),
    z.strictObject({ kind: z.literal("evaluation_failed"), part: Part, detail: z.string() }).meta({ id: "EvaluationFailed" }),
    z.strictObject({ kind: z.enum(["not_yet_active", "no_longer_active"]), at: UtcInstant }).meta({ id: "OutOfTime" }),
    z.strictObject({ kind: z.literal("paused") }).meta({ id: "RulePaused" }),
    z
      .strictObject({
        kind: z.literal("not_in_audience"),
        field: z.enum(["tiers", "segments", "exclude"]).meta({ description: "What of the audience does not hold", example: "tiers" }),
      })
      .meta({ id: "NotInAudience" }),
    z
      .strictObject({
        kind: z.literal("not_scheduled"),
        field: z.string().meta({ description: "What of the schedule does not hold", example: "daysOfMonth" }),
        next: UtcInstant.optional().meta({
          description: "When the rule applies again; only within a year, and where it is the same for all members",
        }),
      })
      .meta({ id: "NotScheduled" }),
    z.strictObject({ kind: z.literal("group_taken"), group: z.string(), by: z.string() }).meta({ id: "GroupTaken" }),
    z
      .strictObject({ kind: z.literal("lane_taken"), lane: z.string(), by: z.string() })
      .meta({ id: "LaneTaken", description: "Another rule of its lane won" }),
    z
      .strictObject({
        kind: z.enum(["cap_reached", "budget_exhausted"]),
        of: LimitOf,
        wallet: WalletId.optional(),
        ...limitNumbers,
        per: LimitPeriod.optional(),
        each: Each.optional(),
      })
      .meta({ id: "LimitReached", description: "A cap or a budget of the rule has nothing left" }),
    z
      .strictObject({ kind: z.literal("out_of_stock"), sku: Sku, ...limitNumbers })
      .meta({ id: "OutOfStock", description: "The gift's stock has nothing left" }),
    z.strictObject({ kind: z.literal("no_line_matched") }).meta({ id: "NoLineMatched" }),
    z.strictObject({ kind: z.literal("pricing_as_paid") }).meta({ id: "PricingAsPaid" }),
    z.strictObject({ kind: z.literal("nothing_left") }).meta({ id: "NothingLeft" }),
    z
      .strictObject({ kind: z.literal("no_lower_price") })
      .meta({ id: "NoLowerPrice", description: "What is left is no more than the rule's price already" }),
    z
      .strictObject({ kind: z.literal("threshold"), atLeast: AmountMinor, value: AmountMinor, short: AmountMinor })
      .meta({ id: "BelowThreshold" }),
    z
      .strictObject({ kind: z.literal("too_few"), of: z.enum(["units", "participants"]), atLeast: z.int(), value: z.int(), short: z.int() })
      .meta({ id: "TooFew" }),
    z
      .strictObject({
        kind: z.literal("bundle_incomplete"),
        missing: z.array(z.strictObject({ sku: z.string(), quantity: z.int() }).meta({ id: "MissingUnits" })),
      })
      .meta({ id: "BundleIncomplete" }),
    z
      .strictObject({ kind: z.literal("payment_refused"), why: z.enum(PAYMENT_REASONS), ...refusalFacts })
      .meta({ id: "PaymentNotUsed", description: "The points that a quote was to be paid with cannot pay for it" }),
  ])
  .meta({ id: "RuleReason", description: "Why a rule gave nothing" });

const GaveSchema = z
  .strictObject({
    kind: z.string().meta({ description: "Kind of the effect", example: "points_multiplier" }),
    amount: AmountMinor.optional(),
    points: Points.optional(),
    wallet: WalletId.optional(),
    multiplier: z.string().optional().meta({ description: "Factor on points", example: "2" }),
    percent: z.string().optional().meta({ description: "Percentage more of points", example: "10" }),
    name: z
      .string()
      .optional()
      .meta({ description: "SKU of a gift, or name of an entitlement, a coupon or a custom effect", example: "tote-bag" }),
    lines: z
      .array(z.int())
      .optional()
      .meta({ description: "The lines it touched, where not all", example: [1, 2] }),
    cut: z.int().optional().meta({ description: "With kind `limited`: how much of the entries before it a limit took away", example: 120 }),
    limit: LimitSchema.optional(),
  })
  .meta({ id: "RuleGave", description: "What one effect of a rule gave" });

export const RuleTraceSchema = z
  .strictObject({
    rule: z.string().meta({ description: "Id of the rule, or `tier:<id>`, `coupon:<id>` or `payment:<wallet>`", example: "double-points" }),
    label: z.string().meta({ example: "Double points" }),
    matched: z.boolean(),
    reason: ReasonSchema.optional(),
    gave: z.array(GaveSchema).meta({ description: "One entry an effect" }),
  })
  .meta({ id: "RuleTrace", description: "What one rule said of an order or an event: matched or why not, and what it gave" });

export const ExplanationSchema = z
  .strictObject({
    id: CallerId,
    memberId: CallerId,
    ruleSet: z.int().nonnegative().meta({ description: "Version of the rule set that decided", example: 1 }),
    tier: TierId.meta({ description: "The tier whose benefits counted", example: "silver" }),
    rules: z.array(RuleTraceSchema).meta({ description: "In the order in which the rules were asked" }),
  })
  .meta({
    id: "Explanation",
    description: "Why an order or an event has what it gave; kept for good",
    example: {
      id: "536365",
      memberId: "17850",
      ruleSet: 1,
      tier: "silver",
      rules: [
        {
          rule: "double-points",
          label: "Double points",
          matched: false,
          reason: {
            kind: "condition",
            part: "order.gross >= 30000",
            values: { "order.gross": "21700" },
            missing: { path: "order.gross", atLeast: "30000", value: "21700", short: "8300" },
          },
          gave: [],
        },
      ],
    },
  });
