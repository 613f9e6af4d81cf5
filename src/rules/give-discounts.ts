import type { DiscountDecision, RuleTrace } from "./decision.ts";
import type { EffectAction, OrderTerms } from "./effects/action.ts";
import type { Reason } from "./judge.ts";
import { type OpenLine, sumLeft } from "./open-line.ts";

export type Gave = RuleTrace["gave"][number];

/** What some effects of a rule gave, one entry an effect; `reason` where one of them had nothing to give. */
export type Given = { gave: Gave[]; reason: Reason | null };

export const nothingGiven = (): Given => ({ gave: [], reason: null });

/** What the discounts of one rule took off, for the decision and for the trace; `reason` when they took nothing. */
export type GivenDiscounts = Given & { discount: DiscountDecision | null };

/**
 * Takes the discounts of one rule off the lines it touches, one effect after the other, each on what the former left
 * (or, with `stacking: list`, each on list prices and at most what is left). Changes `left` of the lines, which come by line number.
 */
export function giveDiscounts(
  rule: { id: string; label: string; stacking: "left" | "list"; code?: string },
  actions: readonly EffectAction[],
  lines: readonly OpenLine[],
  order: OrderTerms,
): GivenDiscounts {
  const taken = lines.map(() => 0);
  const gave: Gave[] = [];
  let reason: Reason | null = null;
  for (const action of actions) {
    if (action.touches !== "price") continue;
    const isAnythingLeft = sumLeft(lines) > 0;
    const outcome = action.discount(rule.stacking === "list" ? atListPrice(lines) : lines, order);
    if ("reason" in outcome) {
      reason ??= outcome.reason;
      continue;
    }
    const given = take(lines, outcome.amounts, taken);
    if (given.amount > 0) gave.push({ kind: action.kind, ...given });
    else if (!isAnythingLeft) reason ??= { kind: "nothing_left" };
  }
  const amount = taken.reduce((sum, part) => sum + part, 0);
  if (amount === 0) return { discount: null, gave, reason };
  const coupon = rule.code === undefined ? {} : { coupon: rule.code };
  return { discount: { rule: rule.id, label: rule.label, amount, ...coupon, lines: partsOf(lines, taken) }, gave, reason: null };
}

function partsOf(lines: readonly OpenLine[], taken: readonly number[]): DiscountDecision["lines"] {
  const parts: DiscountDecision["lines"] = [];
  for (const [index, { line }] of lines.entries()) {
    const amount = taken[index] ?? 0;
    if (amount > 0) parts.push({ line, amount });
  }
  return parts;
}

const atListPrice = (lines: readonly OpenLine[]): OpenLine[] => lines.map((line) => ({ ...line, left: line.gross }));

/** `taken` is what was taken off each of the lines so far. */
function take(lines: readonly OpenLine[], amounts: readonly number[], taken: number[]): { amount: number; lines: number[] } {
  const touched: number[] = [];
  let sum = 0;
  for (const [index, line] of lines.entries()) {
    const amount = Math.min(amounts[index] ?? 0, line.left);
    if (amount === 0) continue;
    line.left -= amount;
    sum += amount;
    touched.push(line.line);
    taken[index] = (taken[index] ?? 0) + amount;
  }
  return { amount: sum, lines: touched };
}
