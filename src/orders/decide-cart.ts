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

type Deciding = { now: Date; running: CompiledProgram["windows"] };

/** Decides a cart of a member in a tier, with so much used of its limits. `running` are the windows whose sums the member carries. */
function deciderOf(draft: MemberDraft, cart: Cart, program: CompiledProgram, { now, running }: Deciding) {
  const sums = sumsBefore(draft, { read: program.sums, running }, localDay(now, program.definition.timeZone));
  const facts = cartFacts(cart);
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

/** Decides a cart with the present rule set and the tier of that instant; a coupon that is not valid gives nothing and says why. */
export function proposeCart(draft: MemberDraft, cart: Cart, occurredAt: Instant, { program }: DecideContext): Decision {
  const standing = standingAt(draft, program, occurredAt);
  const decide = deciderOf(draft, cart, program, { now: new Date(occurredAt), running: program.windows });
  const decision = decide(standing, draft.counters);
  const { tierAppliesTo, tierUpgrades, timeZone } = program.definition;
  if (tierAppliesTo === "next" || tierUpgrades !== "immediate") return decision;
  const reached = tierReachedByItself(draft, decision, localDay(new Date(occurredAt), timeZone), program);
  return reached === standing.tier ? decision : decide({ tier: reached, since: occurredAt }, draft.counters);
}

/**
 * Decides a cart for a member's order: with the present rule set and the tier of that instant, or on the terms of a quote.
 * Errors: coupon_not_valid;
 *         quote_mismatch when what was quoted no longer comes out (a fact of the member that a rule reads has changed);
 *         quote_unavailable when that is so only because others have used up a cap, a budget, a stock or a code since.
 */
export function decideCart(draft: MemberDraft, cart: Cart, occurredAt: Instant, context: DecideContext, terms?: QuotedTerms): Decision {
  if (terms === undefined) {
    const decision = proposeCart(draft, cart, occurredAt, context);
    requireValidCoupons(decision);
    return decision;
  }
  const decision = quotedDecision(draft, cart, context, terms);
  requireValidCoupons(decision);
  return decision;
}

/**
 * Decides a cart on the terms of a quote; a coupon that was not valid then gives nothing, as it was quoted.
 * Errors: coupon_not_valid, quote_mismatch, quote_unavailable, as above where not all of it comes out.
 */
export function quotedDecision(draft: MemberDraft, cart: Cart, context: DecideContext, terms: QuotedTerms): Decision {
  const standing = { tier: terms.tier, since: terms.tierSince };
  const decide = deciderOf(draft, cart, terms.program, { now: new Date(terms.clock), running: context.program.windows });
  const decision = decide(standing, draft.counters);
  if (isAsQuoted(decision, terms)) return decision;
  if (terms.unlimited !== undefined && terms.unlimited === offerHash(decide(standing, NOTHING_USED))) {
    throw new LoyaltyError("quote_unavailable", { reason: "it was used or given back since the quote" });
  }
  requireValidCoupons(decision);
  throw new LoyaltyError("quote_mismatch", { reason: "the member has changed since the quote" });
}

function isAsQuoted(decision: Decision, { net, points, effects }: QuotedTerms): boolean {
  if (decision.totals.net !== net || totalPoints(decision) !== points) return false;
  return effects === undefined || effects === effectsHash(decision);
}

const effectsHash = ({ effects }: Decision): string => canonicalHash(effects);

/** All that a quote offers, as one text that can be compared. */
const offerHash = (decision: Decision): string => canonicalHash([decision.totals, totalPoints(decision), decision.effects]);

/** The hashes that a quote's token carries of what it offers; `unlimited` only where the program limits anything at that time. */
export function quotedHashes(
  draft: MemberDraft,
  cart: Cart,
  decision: Decision,
  { program, standing, at }: { program: CompiledProgram; standing: TierStanding; at: Instant },
): Pick<QuotedTerms, "effects" | "unlimited"> {
  const effects = effectsHash(decision);
  const now = new Date(at);
  if (program.countersAt(now).length === 0 && draft.codes.size === 0) return { effects };
  const decide = deciderOf(draft, cart, program, { now, running: program.windows });
  return { effects, unlimited: offerHash(decide(standing, NOTHING_USED)) };
}

/** All points of a decision, over its wallets: what a quote fixes. */
export const totalPoints = (decision: Decision): number => decision.accruals.reduce((sum, { points }) => sum + points, 0);
