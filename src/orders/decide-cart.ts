import { assert } from "../core/assert.ts";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { localDay } from "../core/period.ts";
import type { Instant } from "../ledger/state.ts";
import { MemberDraft } from "../members/member-draft.ts";
import type { TierStanding } from "../members/member-state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { Decision } from "../rules/decision.ts";
import { knownTier, reachedTier } from "../tiers/change-tier.ts";
import { recordActivity, rollWindows, sumsBefore } from "../tiers/windows.ts";
import { cartFacts, memberFacts } from "./cart-facts.ts";
import type { Cart } from "./order.ts";

/** What a quote has fixed for the order that carries its token. */
export type QuotedTerms = { program: CompiledProgram; tier: string; tierSince: Instant; clock: Instant; net: number; points: number };

/** Refuses a cart that the program cannot take, whoever sends it. */
export function checkCart(cart: Cart, program: CompiledProgram): void {
  const { currency } = program.definition;
  if (cart.currency !== currency) {
    throw refuseField("currency_mismatch", "/currency", `the program's currency is ${currency}`, { currency });
  }
  if (cart.coupons.length > 0) throw refuseField("coupon_not_found", "/coupons/0", "the program has no coupon of this code");
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
  recordActivity(trial, program.windows, day, "orders", 1);
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

/**
 * Decides a cart for a member: with the present rule set and the tier of that instant, or on the terms of a quote.
 * Errors: quote_mismatch when the quoted totals no longer come out (a fact of the member that a rule reads has changed).
 */
export function decideCart(draft: MemberDraft, cart: Cart, occurredAt: Instant, context: DecideContext, terms?: QuotedTerms): Decision {
  const program = terms?.program ?? context.program;
  const standing = terms === undefined ? standingAt(draft, program, occurredAt) : { tier: terms.tier, since: terms.tierSince };
  const now = new Date(terms?.clock ?? occurredAt);
  const sums = sumsBefore(draft, { read: program.sums, running: context.program.windows }, localDay(now, program.definition.timeZone));
  const decide = (as: TierStanding) => program.decideOrder(memberFacts(draft, { standing: as, sums }), cartFacts(cart), now);

  const decision = decide(standing);
  if (terms === undefined) {
    const { tierAppliesTo, tierUpgrades, timeZone } = program.definition;
    if (tierAppliesTo === "next" || tierUpgrades !== "immediate") return decision;
    const reached = tierReachedByItself(draft, decision, localDay(new Date(occurredAt), timeZone), program);
    return reached === standing.tier ? decision : decide({ tier: reached, since: occurredAt });
  }
  if (decision.totals.net !== terms.net || totalPoints(decision) !== terms.points) {
    throw new LoyaltyError("quote_mismatch", { reason: "the member has changed since the quote" });
  }
  return decision;
}

/** All points of a decision, over its wallets: what a quote fixes. */
export const totalPoints = (decision: Decision): number => decision.accruals.reduce((sum, { points }) => sum + points, 0);
