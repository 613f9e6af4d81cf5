import type { CriterionProgress } from "./progress.ts";

/** How many decimals a currency's minor unit has: 2 for GBP, 0 for JPY, 3 for KWD (ISO 4217). */
function decimalsOf(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

/** An amount as people read it: 8300 minor units of CNY are `83.00 CNY`. Digits only, so that no rounding can happen. */
export function amountText(amountMinor: number, currency: string): string {
  const decimals = decimalsOf(currency);
  const sign = amountMinor < 0 ? "-" : "";
  const digits = String(Math.abs(amountMinor)).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  return `${sign}${whole}${decimals > 0 ? `.${digits.slice(-decimals)}` : ""} ${currency}`;
}

function quantityText({ metric, missing, wallet, event }: CriterionProgress, currency: string): string {
  if (metric === "spend") return amountText(missing, currency);
  if (metric === "orders") return `${missing} ${missing === 1 ? "order" : "orders"}`;
  if (metric === "order_months") return `${missing} ${missing === 1 ? "month" : "months"} with an order`;
  if (metric === "events") return `${missing} × ${event}`;
  return `${missing} ${missing === 1 ? "point" : "points"} (${wallet})`;
}

/** What a demand still asks for in words, such as `83.00 CNY or 2 orders to keep silver`; null when it is fulfilled. */
export function missingSentences(
  requires: "any" | "all",
  criteria: readonly CriterionProgress[],
  goal: string,
  currency: string,
): string | null {
  const open = criteria.filter(({ missing }) => missing > 0);
  if (requires === "any" ? open.length < criteria.length : open.length === 0) return null;
  return open.map((criterion) => missingSentence(criterion, goal, currency)).join(requires === "any" ? " or " : " and ");
}

/** What one criterion still asks for, such as `83.00 CNY to gold`; null when it is met. */
export function missingSentence(criterion: CriterionProgress, goal: string, currency: string): string | null {
  return criterion.missing === 0 ? null : `${quantityText(criterion, currency)} to ${goal}`;
}
