import { assert } from "./assert.ts";
import { divideProduct } from "./rounding.ts";

/** A part of a whole: `weight` says how large, `line` breaks ties. */
export type Share = { line: number; weight: number };

/**
 * Splits `amount` in proportion to the weights by largest remainder; ties go to the lower line number.
 *
 * Units:   whole minor units. The parts sum to `amount`, and no part is larger than its weight rounded up in proportion:
 *          with `amount` at most the sum of the weights, no part passes its weight.
 * Returns: the parts in the order of `shares`; nothing goes to a weight of 0.
 * Errors:  none. An amount without any weight to carry it is a defect and trips an assertion.
 */
export function allocate(amount: number, shares: readonly Share[]): number[] {
  assert(Number.isSafeInteger(amount) && amount >= 0, "an allocated amount is whole and not negative");
  const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
  assert(Number.isSafeInteger(whole), "the sum of the weights is a safe integer");
  if (amount === 0) return shares.map(() => 0);
  assert(whole > 0, "an amount has a weight to carry it");

  const quotients = shares.map(({ weight }) => divideProduct(amount, weight, whole));
  const parts = quotients.map(({ quotient }) => quotient);
  let left = amount - parts.reduce((sum, part) => sum + part, 0);
  const byRemainder = shares
    .map(({ line }, index) => ({ line, index, remainder: quotients[index]?.remainder ?? 0 }))
    .sort((a, b) => (a.remainder === b.remainder ? a.line - b.line : a.remainder > b.remainder ? -1 : 1));
  for (const { index } of byRemainder) {
    if (left === 0) break;
    parts[index] = (parts[index] ?? 0) + 1;
    left -= 1;
  }
  return parts;
}
