import { assert } from "../core/assert.ts";
import { rational } from "../core/fraction.ts";
import { multiplyDown, multiplyHalfUp } from "../core/rounding.ts";
import type { AccrualDecision } from "./decision.ts";
import { flooredSum } from "./floored-sum.ts";

/**
 * What is kept of a line's net (or base) once `gone` of its `quantity` units are returned: amount × (n − q) ÷ n, rounded
 * half up. `gone` counts all returns so far, so that the parts of any split sum to the whole.
 */
export function keptNet(amount: number, quantity: number, gone: number): number {
  assert(gone >= 0 && gone <= quantity, "no more is returned than was bought");
  return gone === 0 ? amount : multiplyHalfUp(amount, quantity - gone, quantity);
}

/** How much of an order is kept, in minor units of its net. */
export type KeptShare = { keptNet: number; net: number; isAnythingKept: boolean };

/** A bonus shrinks with the net that is kept, rounded down; of an order whose net was 0 it stays while anything is kept. */
function keptBonus(points: number, { keptNet: kept, net, isAnythingKept }: KeptShare): number {
  if (!isAnythingKept) return 0;
  return net === 0 ? points : multiplyDown(points, kept, net);
}

/**
 * The points of an accrual that are kept, by the order's own rates and multipliers on what is kept; nothing is judged again.
 *
 * Units:   `keptBaseByLine` in minor units by line number; result in whole points.
 * Rounds:  down: the rates once together, each bonus by itself.
 */
export function keptPoints(accrual: AccrualDecision, keptBaseByLine: ReadonlyMap<number, number>, share: KeptShare): number {
  const products = accrual.coefficients.map(({ lines, perMinorUnit }) => ({
    base: lines.reduce((sum, line) => sum + (keptBaseByLine.get(line) ?? 0), 0),
    perMinorUnit: rational(BigInt(perMinorUnit.numerator), BigInt(perMinorUnit.denominator)),
  }));
  const bonuses = accrual.bonuses.reduce((sum, { points }) => sum + keptBonus(points, share), 0);
  return Number(flooredSum(products)) + bonuses;
}
