import { allocate } from "../../core/allocate.ts";
import type { DiscountDecision } from "../decision.ts";
import type { OpenLine } from "../open-line.ts";

/**
 * Cuts what a rule took off the lines down to `atMost`, and gives the rest back to them: spread as an amount is, by what
 * the rule took from each line, by largest remainder.
 */
export function cutDiscount(discount: DiscountDecision, atMost: number, lines: readonly OpenLine[]): DiscountDecision | null {
  if (discount.amount <= atMost) return discount;
  const parts = allocate(
    atMost,
    discount.lines.map(({ line, amount }) => ({ line, weight: amount })),
  );
  const cut = discount.lines.map(({ line, amount }, index) => ({ line, amount: parts[index] ?? 0, back: amount - (parts[index] ?? 0) }));
  for (const open of lines) open.left += cut.find(({ line }) => line === open.line)?.back ?? 0;
  const kept = cut.flatMap(({ line, amount }) => (amount === 0 ? [] : [{ line, amount }]));
  return kept.length === 0 ? null : { ...discount, amount: atMost, lines: kept };
}
