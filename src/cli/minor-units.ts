/** How many digits of an amount stand after the point: 2 for GBP, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: string): number {
  return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}

const grouped = (digits: string): string => digits.replace(/\B(?=(?:\d{3})+$)/g, ",");

/** An amount for people, such as `3,332,591.96 GBP`. Exact: the digits are never turned into a fraction. */
export function formatAmount(minorUnits: bigint, currency: string): string {
  const fraction = minorDigits(currency);
  const digits = String(minorUnits < 0n ? -minorUnits : minorUnits).padStart(fraction + 1, "0");
  const whole = grouped(digits.slice(0, digits.length - fraction));
  const rest = fraction === 0 ? "" : `.${digits.slice(-fraction)}`;
  return `${minorUnits < 0n ? "-" : ""}${whole}${rest} ${currency}`;
}

/** A whole number for people, such as `7,181,282`. */
export function formatCount(count: bigint | number): string {
  const digits = String(count);
  return digits.startsWith("-") ? `-${grouped(digits.slice(1))}` : grouped(digits);
}
