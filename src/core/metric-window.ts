/** Which days a sum looks at: all, a calendar period, or a number of days. */
export const WINDOW_PATTERN = /^(?:lifetime|month|quarter|year|[1-9]\d{0,3}d)$/;

/** A sum that a tier or a condition looks at, such as the spend of the last 365 days: `{ key: "spend@365d", metric: "spend", window: "365d" }`. */
export type WindowKey = { key: string; metric: string; window: string };

export const windowKey = (metric: string, window: string): WindowKey => ({ key: `${metric}@${window}`, metric, window });

/** Reads `spend@365d`; null where it is none. Which metrics there are is the program's matter. */
export function parseWindowKey(text: string): WindowKey | null {
  const at = text.lastIndexOf("@");
  const window = text.slice(at + 1);
  return at > 0 && WINDOW_PATTERN.test(window) ? windowKey(text.slice(0, at), window) : null;
}
