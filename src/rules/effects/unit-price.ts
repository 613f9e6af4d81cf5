import type { OpenLine } from "../open-line.ts";
import type { DiscountOutcome } from "./action.ts";

/** Lowers lines to a price for each unit, where that is less than what is left; `undefined` leaves the line as it is. Minor units. */
export function lowerToUnitPrice(lines: readonly OpenLine[], unitPrice: (line: OpenLine) => number | undefined): DiscountOutcome {
  const amounts = lines.map((line) => {
    const price = unitPrice(line);
    // A product past 2^53 is not exact, but it is above all that can be left.
    return price === undefined ? 0 : Math.max(0, line.left - line.facts.quantity * price);
  });
  return amounts.some((amount) => amount > 0) ? { amounts } : { reason: { kind: "no_lower_price" } };
}
