import type { Decision, UseDecision } from "../decision.ts";
import { keptNet } from "../kept.ts";
import { shippingOffBy } from "./uses.ts";

/** What is kept of an order: units of each line, and what limited rules keep of their points. */
export type KeptOrder = {
  units: ReadonlyMap<number, { quantity: number; gone: number }>;
  isAnythingKept: boolean;
  limitedPoints: (rule: string, wallet: string) => number;
};

/**
 * How much of a counter an order still uses after its returns so far. By the same formulas as what is kept of its net
 * and points, on cumulative quantities: what returns give back in any number of parts sums to the whole.
 *
 * Units:   points, minor units, orders or units of goods. Rounds: half up on each line of a discount.
 */
export function keptUse(use: UseDecision, { discounts, effects }: Decision, kept: KeptOrder): number {
  if (use.returns === "keep") return use.amount;
  switch (use.of) {
    case "points":
      return kept.limitedPoints(use.rule, use.wallet ?? "");
    case "money": {
      const parts = discounts.flatMap((discount) => (discount.rule === use.rule ? discount.lines : []));
      const off = parts.reduce((sum, { line, amount }) => {
        const { quantity, gone } = kept.units.get(line) ?? { quantity: 1, gone: 0 };
        return sum + keptNet(amount, quantity, gone);
      }, 0);
      return off + (kept.isAnythingKept ? shippingOffBy(use.rule, effects) : 0);
    }
    case "uses":
    case "gifts":
      return kept.isAnythingKept ? use.amount : 0;
  }
}
