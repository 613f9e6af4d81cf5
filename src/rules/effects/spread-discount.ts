import { allocate } from "../../core/allocate.ts";
import { type OpenLine, sumLeft } from "../open-line.ts";

/**
 * Spreads an amount over lines in proportion to what is left of them, by largest remainder. What the amount is worth
 * beyond that is lost: no line goes below 0.
 */
export function spreadDiscount(amount: number, lines: readonly OpenLine[]): number[] {
  const shares = lines.map(({ line, left }) => ({ line, weight: left }));
  return allocate(Math.min(amount, sumLeft(lines)), shares);
}
