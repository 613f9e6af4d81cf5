import type { CartFacts, Decision, RuleTrace } from "../decision.ts";
import type { Turn } from "../lanes/turns.ts";
import type { RuleSet } from "../rule-set.ts";
import { demandFacts, ruledOut } from "./ruled-out.ts";

/**
 * What each rule said of an order, in the order in which rules are asked: what the decision keeps, and the rules that it
 * leaves out with why they are ruled out. Equal for an order that is asked years later, since that needs nothing but the
 * cart, the tier and the time of the decision.
 */
export function explainOrder(ruleSet: RuleSet, decision: Decision, cart: CartFacts): RuleTrace[] {
  const { at, tier, trace } = decision;
  if (at === undefined) return trace;
  const facts = demandFacts(cart, tier, new Date(at));
  const kept = new Map(trace.map((entry) => [entry.rule, entry]));
  const [ofTier, ...ofTierShipping] = trace.filter(({ rule }) => rule.startsWith("tier:"));

  const traced = (turns: readonly Turn[]): RuleTrace[] =>
    turns
      .flatMap((turn) => ("rule" in turn ? [turn.rule] : turn.rules))
      .map((rule) => {
        const entry = kept.get(rule.id);
        const reason = entry === undefined ? ruledOut(rule, facts) : null;
        return entry ?? { rule: rule.id, label: rule.label, matched: false, ...(reason !== null && { reason }), gave: [] };
      });
  const ofCoupons = trace.filter(({ rule }) => rule.startsWith("coupon:"));
  return [
    ...(ofTier === undefined ? [] : [ofTier]),
    ...traced(ruleSet.turns),
    ...ofCoupons,
    ...ofTierShipping,
    ...traced(ruleSet.shippingTurns),
    ...trace.filter(({ rule }) => rule.startsWith("payment:")),
  ];
}
