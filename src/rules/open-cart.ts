import { LoyaltyError, refuseField } from "../core/errors.ts";
import { multiplyHalfUp } from "../core/rounding.ts";
import type { CartFacts, EventFacts, LineDecision } from "./decision.ts";
import { type OpenLine, sumGross } from "./open-line.ts";

/** A cart while it is being decided: its lines by line number, whatever the order in which they came. With `event` it is an event's, and empty. */
export type OpenCart = { facts: CartFacts; lines: readonly OpenLine[]; gross: number; event?: EventFacts };

function requireExact(amount: number, pointer: string): void {
  if (!Number.isSafeInteger(amount)) throw refuseField("amount_out_of_range", pointer, "the amount leaves the range of exact integers");
}

/**
 * Opens a cart: gross is quantity × unitPrice; a line that was paid already starts (and ends) at what was paid.
 * Errors: amount_out_of_range when a line or a sum leaves ±(2^53 − 1).
 */
export function openCart(facts: CartFacts): OpenCart {
  const lines = facts.lines.map((line, index): OpenLine => {
    const gross = line.quantity * line.unitPrice;
    requireExact(gross, `/lines/${index}/unitPrice`);
    return { facts: line, line: line.line, gross, left: facts.pricing === "asPaid" ? (line.paid ?? gross) : gross };
  });
  lines.sort((a, b) => a.line - b.line);
  const gross = sumGross(lines);
  const started = lines.reduce((sum, { left }) => sum + left, 0);
  requireExact(gross + facts.shipping, "/lines");
  requireExact(started + facts.shipping, "/lines");
  return { facts, lines, gross };
}

/** What is decided of an event: an order without lines, so that everything that minds no order goes for both. */
export function openEvent(event: EventFacts, currency: string): OpenCart {
  return { facts: { currency, pricing: "engine", shipping: 0, attributes: {}, lines: [] }, lines: [], gross: 0, event };
}

/**
 * What earns points of a line: its net less its tax. A list price's tax shrinks with the discount (rounded half up);
 * the tax of what was paid is all in it.
 */
function baseOf({ facts, gross, left }: OpenLine, pricing: CartFacts["pricing"]): number {
  if (facts.tax === 0) return left;
  const tax = pricing === "asPaid" ? facts.tax : gross === 0 ? 0 : multiplyHalfUp(facts.tax, left, gross);
  return Math.max(0, left - tax);
}

/** A line once all discounts are given. One that was paid above its list price has no discount. */
export function closeLine(line: OpenLine, pricing: CartFacts["pricing"]): LineDecision {
  const { gross, left } = line;
  return { line: line.line, gross, discount: Math.max(0, gross - left), net: left, base: baseOf(line, pricing) };
}

/** A number of points as a plain number. Errors: amount_out_of_range. */
export function exactPoints(points: bigint, wallet: string): number {
  if (points > BigInt(Number.MAX_SAFE_INTEGER)) throw new LoyaltyError("amount_out_of_range", { wallet });
  return Number(points);
}
