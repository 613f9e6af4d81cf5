import { assert } from "../core/assert.ts";
import { canonicalHash } from "../core/canonical.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { localDay } from "../core/period.ts";
import { offeredCoupons } from "../coupons/offered-coupons.ts";
import { COUPON_REASON_TEXTS } from "../coupons/reason-texts.ts";
import type { Instant } from "../ledger/state.ts";
import { MemberDraft } from "../members/member-draft.ts";
import type { TierStanding } from "../members/member-state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { Decision } from "../rules/decision.ts";
import { NOTHING_USED, type UsedCounters } from "../rules/limits/counter.ts";
import { knownTier, reachedTier } from "../tiers/change-tier.ts";
import { recordOrders } from "../tiers/order-months.ts";
import { recordActivity, rollWindows, sumsBefore } from "../tiers/windows.ts";
import { cartFacts, memberFacts } from "./cart-facts.ts";
import { offeredPayment, requirePayment } from "./offered-payment.ts";
import type { Cart } from "./order.ts";

/** What a quote has fixed for the order that carries its token. */
export type QuotedTerms = {
  program: CompiledProgram;
  tier: string;
  tierSince: Instant;
  clock: Instant;
  net: number;
  points: number;
  /** Names the quote; no other one has it. */
  quoteId: string;
  /** From then on an order with the quote is refused, and nothing is held for it. */
  expiresAt: Instant;
  /** Of the effects beside discounts and points, and of all that the quote would have given had no limit been used; absent in tokens from before limits. */
  effects?: string | undefined;
  unlimited?: string | undefined;
  /** Points that the quote paid with; absent where the cart asked for none. */
  paid?: number | undefined;
};

/** Refuses a cart that the program cannot take, whoever sends it. */
export function checkCart(cart: Cart, program: CompiledProgram): void {
  const { currency } = program.definition;
  if (cart.currency !== currency) {
    throw refuseField("currency_mismatch", "/currency", `the program's currency is ${currency}`, { currency });
  }
}

/** The tier that the order itself would reach, where the program lets a new tier count for the order that reaches it. */
function tierReachedByItself(draft: MemberDraft, decision: Decision, day: number, program: CompiledProgram): string {
  const trial = new MemberDraft(draft.snapshot());
  rollWindows(trial, program.windows, day);
  recordActivity(
    trial,
    program.windows,
    day,
    "spend",
    decision.lines.reduce((sum, { base }) => sum + base, 0),
  );
  recordOrders(trial, program, day, 1);
  for (const { wallet, points } of decision.accruals) recordActivity(trial, program.windows, day, `points:${wallet}`, points);
  return reachedTier(trial, program, day, decision.tier);
}

/** The tier that counts for an order of the member's, as the rule set knows it, and since when. */
export function standingAt(draft: MemberDraft, program: CompiledProgram, instant: Instant): TierStanding {
  const [first] = program.definition.tiers;
  assert(first, "a program has at least one tier");
  const { tier, since } = draft.tierAt(instant, first.id);
  return { tier: knownTier(program, tier), since };
}

/** `context` is that of the rule set in force, whose windows are those that the member carries; `paid` what a quote has fixed. */
type Deciding = { now: Date; context: DecideContext; paid?: number | undefined };

/** Decides a cart of a member in a tier, with so much used of its limits. */
function deciderOf(draft: MemberDraft, cart: Cart, program: CompiledProgram, { now, context, paid }: Deciding) {
  const { wallets } = context;
  const { windows: running, version: ruleSet } = context.program;
  const sums = sumsBefore(draft, { read: program.sums, running }, localDay(now, program.definition.timeZone));
  const payment = offeredPayment(draft, cart, { program, wallets, ruleSet, quoted: paid });
  const facts = { ...cartFacts(cart), ...(payment !== undefined && { payment }) };
  return (standing: TierStanding, used: UsedCounters): Decision => {
    const coupons = cart.coupons.length === 0 ? {} : { coupons: offeredCoupons(draft, cart.coupons, now.getTime(), used) };
    return program.decideOrder(memberFacts(draft, { standing, sums }), { ...facts, ...coupons }, now, used);
  };
}

/** Refuses an order for the coupons of its cart that are not valid, with the place and the reason of each. */
function requireValidCoupons({ coupons = [] }: Decision): void {
  const problems = coupons.flatMap(({ code, reason, missing }, index) =>
    reason === undefined ? [] : [{ code, reason, missing, pointer: `/coupons/${index}` }],
  );
  const [first] = problems;
  if (first === undefined) return;
  const { code: coupon, reason, missing } = first;
  throw new LoyaltyError(
    "coupon_not_valid",
    { coupon, reason, ...(missing !== undefined && { missing }) },
    problems.map((problem) => ({ pointer: problem.pointer, code: problem.reason, detail: COUPON_REASON_TEXTS[problem.reason] })),
  );
}

/**
 * Decides a cart with the present rule set and the tier of that instant; a coupon that is not valid gives nothing and points that
 * cannot pay are not used, and both say why.
 * Errors: request_invalid and payment_not_allowed where no points of the wallet pay for orders.
 */
export function proposeCart(draft: MemberDraft, cart: Cart, occurredAt: Instant, context: DecideContext): Decision {
  const { program } = context;
  const standing = standingAt(draft, program, occurredAt);
  const decide = deciderOf(draft, cart, program, { now: new Date(occurredAt), context });
  const decision = decide(standing, draft.counters);
  const { tierAppliesTo, tierUpgrades, timeZone } = program.definition;
  if (tierAppliesTo === "next" || tierUpgrades !== "immediate") return decision;
  const reached = tierReachedByItself(draft, decision, localDay(new Date(occurredAt), timeZone), program);
  return reached === standing.tier ? decision : decide({ tier: reached, since: occurredAt }, draft.counters);
}

/**
 * Decides a cart for a member's order: with the present rule set and the tier of that instant, or on the terms of a quote.
 * Errors: coupon_not_valid; payment_not_allowed, insufficient_points for points that cannot pay;
 *         quote_mismatch when what was quoted no longer comes out (a fact of the member that a rule reads has changed);
 *         quote_unavailable when that is so only because others have used up a cap, a budget, a stock or a code since.
 */
export function decideCart(draft: MemberDraft, cart: Cart, occurredAt: Instant, context: DecideContext, terms?: QuotedTerms): Decision {
  if (terms === undefined) {
    const decision = proposeCart(draft, cart, occurredAt, context);
    requireValidCoupons(decision);
    requirePayment(decision, cart.payWithPoints?.points);
    return decision;
  }
  const decision = quotedDecision(draft, cart, context, terms);
  requireValidCoupons(decision);
  requirePayment(decision, askedPoints(cart, terms));
  return decision;
}

/** How many points a cart with a quote is to be paid with. */
const askedPoints = ({ payWithPoints }: Cart, { paid }: QuotedTerms) => (payWithPoints?.points === "most" ? paid : payWithPoints?.points);

/**
 * Decides a cart on the terms of a quote; a coupon that was not valid then gives nothing and points that could not pay are not used, as
 * it was quoted.
 * Errors: coupon_not_valid, insufficient_points, quote_mismatch, quote_unavailable, as above where not all of it comes out.
 */
export function quotedDecision(draft: MemberDraft, cart: Cart, context: DecideContext, terms: QuotedTerms): Decision {
  const standing = { tier: terms.tier, since: terms.tierSince };
  const decide = deciderOf(draft, cart, terms.program, { now: new Date(terms.clock), context, paid: terms.paid });
  const decision = decide(standing, draft.counters);
  if (isAsQuoted(decision, terms)) return decision;
  if (terms.unlimited !== undefined && terms.unlimited === offerHash(decide(standing, NOTHING_USED))) {
    throw new LoyaltyError("quote_unavailable", { reason: "it was used or given back since the quote" });
  }
  requireValidCoupons(decision);
  // Points that are gone say more than that something has changed.
  if (decision.payment?.refused?.reason === "insufficient_points") requirePayment(decision, askedPoints(cart, terms));
  throw new LoyaltyError("quote_mismatch", { reason: "the member has changed since the quote" });
}

function isAsQuoted(decision: Decision, { net, points, effects, paid = 0 }: QuotedTerms): boolean {
  if (decision.totals.net !== net || totalPoints(decision) !== points || (decision.payment?.points ?? 0) !== paid) return false;
  return effects === undefined || effects === effectsHash(decision);
}

const effectsHash = ({ effects }: Decision): string => canonicalHash(effects);

/** All that a quote offers, as one text that can be compared. */
const offerHash = (decision: Decision): string => {
  const { totals, effects, payment } = decision;
  return canonicalHash([totals, totalPoints(decision), effects, ...(payment === undefined ? [] : [payment.points])]);
};

/** What a quote's token carries of what it offers beside the numbers; `unlimited` only where the program limits anything at that time. */
export function quotedOffer(
  draft: MemberDraft,
  cart: Cart,
  decision: Decision,
  { context, standing, at }: { context: DecideContext; standing: TierStanding; at: Instant },
): Pick<QuotedTerms, "effects" | "unlimited" | "paid"> {
  const { program } = context;
  const paid = decision.payment?.points;
  const fixed = { effects: effectsHash(decision), ...(paid !== undefined && { paid }) };
  const now = new Date(at);
  if (program.countersAt(now).length === 0 && draft.codes.size === 0) return fixed;
  const decide = deciderOf(draft, cart, program, { now, context, paid });
  return { ...fixed, unlimited: offerHash(decide(standing, NOTHING_USED)) };
}

/** All points of a decision, over its wallets: what a quote fixes. */
export const totalPoints = (decision: Decision): number => decision.accruals.reduce((sum, { points }) => sum + points, 0);
