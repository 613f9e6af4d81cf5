import type { Counter } from "./limits/counter.ts";
import type { LimitPeriod } from "./limits/limit-definition.ts";

/**
 * What the rules said of one order: plain data, the same for a quote, an order and the row that keeps it.
 * All amounts are whole minor units of the program's currency, all points whole points.
 */

/** The facts of one line that rules may look at. */
export type LineFacts = {
  line: number;
  sku: string;
  name?: string;
  category?: string;
  quantity: number;
  /** List price of one unit. */
  unitPrice: number;
  /** Tax included in the line's list price (or, when `paid` is given, in what was paid). */
  tax: number;
  /** What the customer paid for the line; given exactly when the order's pricing is `asPaid`. */
  paid?: number;
  attributes: Attributes;
};

export type Attribute = string | number | boolean;
/** Missing keys are missing: a condition that reads one is not matched. */
export type Attributes = Record<string, Attribute | Attribute[]>;

export type MemberFacts = {
  id: string;
  status: string;
  /** The tier that counts for this order; a tier id of the rule set. */
  tier: string;
  /** Since when the member has that tier. */
  tierSince: Date;
  enrolledAt: Date;
  /** Calendar date, `YYYY-MM-DD`; absent where it is not known. */
  birthDate?: string;
  attributes: Attributes;
  /** What the member did before, by window key such as `spend@365d`: those that conditions read, 0 where absent. */
  sums: Readonly<Record<string, number>>;
  /** The lists that the member is on, by id. */
  segments: readonly string[];
};

export type CartFacts = {
  currency: string;
  pricing: "engine" | "asPaid";
  shipping: number;
  channel?: string;
  country?: string;
  attributes: Attributes;
  lines: readonly LineFacts[];
  /** In the order in which they are used; absent is none. */
  coupons?: readonly CouponOffer[];
  /** Absent where nothing is to be paid with points. */
  payment?: PaymentOffer;
};

/** On which terms points pay for orders: `points` are worth `amount` minor units. */
export type PaymentTerms = {
  points: number;
  amount: number;
  /** The fewest points of one order, a whole number of steps. */
  minimum: number;
  /** Points go in whole steps; each is worth whole minor units. */
  step: number;
  /** Of the net, how much points may pay at most; in basis points. */
  maxShareBps: number;
  /** False: what is paid with points earns none. */
  earnOnPointsPaid: boolean;
};

/** Points that a cart is to be paid with: so many exactly, or as many as may be. `spendable` is what the member can spend. */
export type PaymentOffer = { wallet: string; terms: PaymentTerms; points: number | "most"; spendable: number };

/** Why so many points cannot pay for a cart. */
export const PAYMENT_REASONS = ["below_minimum", "not_a_step", "share_exceeded", "insufficient_points"] as const;
export type PaymentReason = (typeof PAYMENT_REASONS)[number];

/** The reason, and of each the fact that it is about, in points. */
export type PaymentRefusal = {
  reason: PaymentReason;
  /** Of `below_minimum`. */
  minimum?: number | undefined;
  /** Of `not_a_step`. */
  step?: number | undefined;
  /** Of `share_exceeded`: the most that the order's share lets through, whatever the member has. */
  atMost?: number | undefined;
  /** Of `insufficient_points`. */
  missing?: number | undefined;
};

/** What of a cart is paid with points. */
export type PaymentDecision = {
  wallet: string;
  /** 0 where they were refused, or none may be used. */
  points: number;
  /** What they pay, in minor units: never more than the net. */
  amount: number;
  /** Parts that sum to `amount`; lines with nothing are left out. */
  lines: { line: number; amount: number }[];
  /** The most points that could be used, what they would pay, and why it is not one step more. */
  most: { points: number; amount: number; notMore: PaymentRefusal };
  /** Why the points asked for are not used; absent where they are. */
  refused?: PaymentRefusal | undefined;
};

/** Why a coupon of a cart is not used. */
export const COUPON_REASONS = [
  "mistyped",
  "unknown",
  "repeated",
  "not_usable",
  "not_started",
  "expired",
  "used",
  "revoked",
  "used_up",
  "member_limit",
  "pricing_as_paid",
  "tier",
  "nothing_in_scope",
  "minimum",
  "nothing_left",
  "not_stackable",
] as const;
export type CouponReason = (typeof COUPON_REASONS)[number];

/**
 * A coupon that a cart brings: the id of its definition and, where it cannot be used whatever the cart, why. Of a code that is not
 * bound to a member, `counters` are what each order that uses it counts.
 */
export type CouponOffer = { code: string; coupon?: string; refused?: CouponReason; counters?: readonly Counter[] };

/** What became of a coupon of a cart. */
export type CouponDecision = {
  code: string;
  valid: boolean;
  /** Id, label and policy of its definition; absent where no coupon is known by the code. */
  coupon?: string | undefined;
  label?: string | undefined;
  onReturn?: "release" | "keep" | undefined;
  /** Of a code that is not bound to the member: others may use it too, and its uses are counted. */
  shared?: true | undefined;
  reason?: CouponReason | undefined;
  /** Of `minimum`: what is missing, in minor units. */
  missing?: number | undefined;
};

/** Something that happened to a member beside their orders, of a type that the program declares. */
export type EventFacts = { id: string; type: string; data: { [name: string]: Json } };

export type LineDecision = {
  line: number;
  /** quantity × unitPrice */
  gross: number;
  discount: number;
  /** gross − discount (asPaid: what was paid), tax included */
  net: number;
  /** What earns points and counts as spend: net less its share of tax. */
  base: number;
  /** What of the base earns points where a part of the line is paid with points that earn none; absent is all of it. */
  earning?: number;
};

export type DiscountDecision = {
  /** Rule id, `tier:<id>` for the benefit of a tier, or `coupon:<id>` for a coupon. */
  rule: string;
  label: string;
  amount: number;
  /** The code, of a coupon's discount. */
  coupon?: string | undefined;
  /** Parts that sum to `amount`; lines with nothing are left out. */
  lines: { line: number; amount: number }[];
};

/** An exact fraction of two whole numbers in decimal digits (they may pass 2^53), in lowest terms. */
export type Fraction = { numerator: string; denominator: string };

/** Points for each whole `perQuantity` of the units of some lines, counted together. */
export type QuantityPoints = { rule: string; lines: number[]; points: number; perQuantity: number };

/** A share of the points that rates and multipliers give on some lines; rounded down by itself. */
export type PercentPoints = { rule: string; lines: number[]; share: Fraction };

/** What an accrual is computed from: rates and multipliers as coefficients, and what is added to them. */
type PointsParts = Pick<AccrualDecision, "coefficients" | "bonuses" | "quantities" | "percents">;

/** When points of a rule become available and expire, where it does not leave that to their wallet: texts as wallets have them. */
export type PointsTerms = { pending?: string | undefined; expiry?: string | undefined };

/**
 * The points of a rule that are computed by themselves, since they are limited or have terms of their own: what its rates and
 * multipliers add to the coefficients of the rules before it, and its own bonuses, quantities and percentages. Of limited ones at
 * most `atMost`; those with `terms` are a lot of their own.
 */
export type RulePoints = PointsParts & { rule: string; points: number; atMost?: number; terms?: PointsTerms };

/** How a wallet rounds what rates, multipliers and percentages give; absent is down. */
export type PointsRounding = "half_up" | "up";

/** Points of one wallet, with all that a return needs to compute them again on what is kept. */
export type AccrualDecision = {
  wallet: string;
  /** Σ base × coefficient, rounded, + Σ quantities + Σ percents + Σ bonuses + Σ limited */
  points: number;
  rounding?: PointsRounding;
  /** Points per minor unit of base: rate × multipliers; one entry for each distinct value, with its lines. */
  coefficients: { lines: number[]; perMinorUnit: Fraction }[];
  bonuses: { rule: string; points: number }[];
  /** Absent where there are none, as in every decision from before this effect. */
  quantities?: QuantityPoints[];
  /** Absent where there are none, as in every decision from before this effect. */
  percents?: PercentPoints[];
  /** Of rules whose points are computed by themselves; absent where none gave any, as in every decision from before limits. */
  limited?: RulePoints[];
  /** Ids of all rules (and `tier:<id>`) that had a part in `points`. */
  rules: string[];
};

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

/** What came off the shipping, in minor units. */
export type ShippingEffect = { kind: "free_shipping" | "reduced_shipping"; amount: number };

/** What the shop does by itself because a rule says so. No total and no point depends on it. */
export type StorefrontEffect =
  | { kind: "gift"; sku: string; quantity: number }
  | { kind: "entitlement"; entitlement: string; value: boolean | number | string }
  | { kind: "coupon"; coupon: string }
  | { kind: "grant_tier"; tier: string; until?: string | undefined }
  | { kind: "custom"; name: string; payload: { [name: string]: Json } };

/** What a rule gave beside discounts and points. */
export type EffectDecision = { rule: string; label: string } & (ShippingEffect | StorefrontEffect);

/** A cap, a budget or a stock as a trace says it: how much it lets through, and how much it had when it was asked. */
export type LimitFacts = {
  kind: "cap" | "budget" | "stock";
  of: "points" | "money" | "uses" | "gifts";
  /** Of a cap. */
  for?: "order" | "member";
  wallet?: string;
  atMost: number;
  used: number;
  per?: LimitPeriod;
  /** The field of the event's data by which it counts apart. */
  each?: string;
};

/** What an order used of a counter. `keep`: returns give nothing of it back. */
export type UseDecision = Counter & { rule: string; of: LimitFacts["of"]; wallet?: string; amount: number; returns?: "keep" };

/** What the trace says of one rule. Values of personal attributes and the birth date are not kept, only their names. */
export type RuleTrace = {
  rule: string;
  label: string;
  matched: boolean;
  /** Why it did not match: absent when it matched. */
  reason?:
    | {
        kind: "condition";
        part: string;
        values: Record<string, string>;
        missing?: { path: string; atLeast: string; value: string; short: string };
      }
    | { kind: "attribute_missing"; part: string; path: string }
    | { kind: "evaluation_failed"; part: string; detail: string }
    | { kind: "not_yet_active" | "no_longer_active"; at: string }
    | { kind: "paused" }
    | { kind: "not_in_audience"; field: "tiers" | "segments" | "exclude" }
    /** `field` of the schedule does not hold; `next` is when it begins again, where that says nothing of the member. */
    | { kind: "not_scheduled"; field: string; next?: string }
    | { kind: "group_taken"; group: string; by: string }
    /** Another rule of its lane won. */
    | { kind: "lane_taken"; lane: string; by: string }
    | ({ kind: "cap_reached" | "budget_exhausted" } & Omit<LimitFacts, "kind" | "for">)
    | { kind: "out_of_stock"; sku: string; atMost: number; used: number }
    | { kind: "no_line_matched" }
    | { kind: "pricing_as_paid" }
    | { kind: "nothing_left" }
    | { kind: "no_lower_price" }
    | { kind: "threshold"; atLeast: number; value: number; short: number }
    | { kind: "too_few"; of: "units" | "participants"; atLeast: number; value: number; short: number }
    | { kind: "bundle_incomplete"; missing: { sku: string; quantity: number }[] }
    | ({ kind: "payment_refused" } & Omit<PaymentRefusal, "reason"> & { why: PaymentReason });
  /** What it gave, one entry an effect. `name` is the SKU of a gift, or the name of an entitlement, a coupon or a custom effect. */
  gave: {
    kind: string;
    amount?: number;
    points?: number;
    wallet?: string;
    multiplier?: string;
    percent?: string;
    name?: string;
    lines?: number[];
    /** `kind: limited`: how much of what the rule gives a limit took away, and which. */
    cut?: number;
    limit?: LimitFacts;
  }[];
};

export type Decision = {
  ruleSet: number;
  /** The tier whose benefits were used. */
  tier: string;
  totals: { gross: number; discount: number; net: number; shipping: number; payable: number };
  lines: LineDecision[];
  discounts: DiscountDecision[];
  accruals: AccrualDecision[];
  effects: EffectDecision[];
  /** With `at`, without the rules that are ruled out by the cart, the tier and that instant alone (RFC 3339). */
  trace: RuleTrace[];
  at?: string;
  /** Absent where it used nothing of any counter, as in every decision from before limits. */
  uses?: UseDecision[];
  /** In the cart's order; absent where it brought none. */
  coupons?: CouponDecision[];
  /** Absent where the cart asked for none. */
  payment?: PaymentDecision;
};
