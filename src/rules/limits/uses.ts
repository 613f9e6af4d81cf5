import { assert } from "../../core/assert.ts";
import type { AccrualDecision, DiscountDecision, EffectDecision, UseDecision } from "../decision.ts";
import type { Limit, RuleLimits } from "./limit.ts";
import type { Limiter } from "./limiter.ts";

/** What was given on an order, by all rules. */
export type Given = {
  discounts: readonly DiscountDecision[];
  effects: readonly EffectDecision[];
  accruals: readonly AccrualDecision[];
};

type LimitedRule = RuleLimits & { id: string };

const sum = (amounts: readonly number[]): number => amounts.reduce((total, amount) => total + amount, 0);

/** What came off the shipping by a rule, in minor units. */
export const shippingOffBy = (rule: string, effects: readonly EffectDecision[]): number =>
  sum(effects.map((effect) => (effect.rule === rule && "amount" in effect ? effect.amount : 0)));

function amountOf({ of, wallet }: Limit, rule: string, { discounts, effects, accruals }: Given): number {
  switch (of) {
    case "uses":
      return 1;
    case "money":
      return sum(discounts.map((discount) => (discount.rule === rule ? discount.amount : 0))) + shippingOffBy(rule, effects);
    case "points": {
      const parts = accruals.find((accrual) => accrual.wallet === wallet)?.limited ?? [];
      return parts.find((part) => part.rule === rule)?.points ?? 0;
    }
    case "gifts":
      assert(false, "gifts are counted by their SKU");
  }
}

const giftsOf = (sku: string, rule: string, { effects }: Given): number =>
  sum(effects.map((effect) => (effect.rule === rule && effect.kind === "gift" && effect.sku === sku ? effect.quantity : 0)));

/** What a rule that has given something used of its counters, of each by its own measure. */
export function usesOf({ id, limits, stocks }: LimitedRule, given: Given, limiter: Limiter): UseDecision[] {
  const amounts = [
    ...limits.map((limit) => ({ limit, amount: amountOf(limit, id, given) })),
    ...[...stocks].map(([sku, limit]) => ({ limit, amount: giftsOf(sku, id, given) })),
  ];
  return amounts.flatMap(({ limit, amount }) => {
    const counter = limiter.counterOf(limit);
    if (counter === null || amount === 0) return [];
    const { of, wallet, isRestored } = limit;
    return [{ ...counter, rule: id, of, ...(wallet !== null && { wallet }), amount, ...(!isRestored && { returns: "keep" as const }) }];
  });
}
