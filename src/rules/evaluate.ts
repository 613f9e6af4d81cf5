import { CouponTurns } from "./coupon-turns.ts";
import type { CartFacts, Decision, EventFacts, MemberFacts } from "./decision.ts";
import { Evaluation } from "./evaluation.ts";
import { demandFacts } from "./index/ruled-out.ts";
import { Judge } from "./judge.ts";
import type { UsedCounters } from "./limits/counter.ts";
import { Limiter } from "./limits/limiter.ts";
import { openCart, openEvent } from "./open-cart.ts";
import type { RuleSet } from "./rule-set.ts";

/**
 * Decides one cart by one rule-set version. Pure: equal arguments give equal decisions. `used` is what limits have let
 * through before.
 *
 * Order:   the tier's discount; rules and lanes by their turns, each judged on what is left then, and after those that
 *          change the price the coupons in the cart's order; shipping on the final net; points.
 * Units:   minor units and whole points. Rounding stands with each effect.
 * Errors:  amount_out_of_range; nothing is decided.
 */
export function decideOrder(
  ruleSet: RuleSet,
  member: MemberFacts,
  cart: CartFacts,
  { now, used }: { now: Date; used: UsedCounters },
): Decision {
  const open = openCart(cart);
  const benefits = ruleSet.tiers.of(member.tier);
  const demanded = demandFacts(cart, member.tier, now);
  const evaluation = new Evaluation(open, ruleSet, benefits.tier, {
    judge: new Judge(member, open, now, ruleSet.timeZone),
    limiter: new Limiter(used, now, ruleSet.timeZone),
    demanded,
  });
  const { index, turns, shippingTurns } = ruleSet;

  evaluation.giveTierBenefits(benefits);
  const coupons = new CouponTurns(cart.coupons ?? [], ruleSet.coupons, evaluation);
  const ofOrder = index?.turns.turnsFor(demanded) ?? turns;
  for (const turn of ofOrder) if (turn.stage === "price") evaluation.take(turn);
  coupons.take("price");
  for (const turn of ofOrder) if (turn.stage !== "price") evaluation.take(turn);
  evaluation.giveTierShipping(benefits);
  for (const turn of index?.shippingTurns.turnsFor(demanded) ?? shippingTurns) evaluation.take(turn);
  coupons.take("shipping");
  const decided = evaluation.decide();
  const uses = [...(decided.uses ?? []), ...coupons.uses()];
  return {
    ...decided,
    ...(index !== null && { at: now.toISOString() }),
    ...coupons.decided(),
    ...(uses.length > 0 && { uses }),
  };
}

/**
 * Decides one event by the rules on its type, as an order without lines: no tier's benefits, no price, no shipping.
 * Errors: amount_out_of_range; nothing is decided.
 */
export function decideEvent(
  ruleSet: RuleSet,
  member: MemberFacts,
  event: EventFacts,
  { now, used }: { now: Date; used: UsedCounters },
): Decision {
  const open = openEvent(event, ruleSet.currency);
  const { tier } = ruleSet.tiers.of(member.tier);
  const evaluation = new Evaluation(open, ruleSet, tier, {
    judge: new Judge(member, open, now, ruleSet.timeZone),
    limiter: new Limiter(used, now, ruleSet.timeZone, event.data),
    demanded: demandFacts(open.facts, member.tier, now),
  });
  for (const turn of ruleSet.eventTurns.get(event.type) ?? []) evaluation.take(turn);
  return evaluation.decide();
}
