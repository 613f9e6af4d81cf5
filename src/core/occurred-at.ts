import { refuseField } from "./errors.ts";
import { isoText } from "./iso-text.ts";

/** How far a caller's clock may run ahead of the engine's. */
export const FUTURE_TOLERANCE_MS = 5 * 60_000;

/**
 * The instant at which something happened, in milliseconds.
 * Errors: occurred_in_future when it lies more than 5 minutes ahead of the engine's clock.
 */
export function occurredAtOf(text: string, nowMs: number): number {
  const occurredAt = Date.parse(text);
  if (occurredAt > nowMs + FUTURE_TOLERANCE_MS) {
    throw refuseField("occurred_in_future", "/occurredAt", "lies more than 5 minutes in the future", {
      now: isoText(nowMs),
    });
  }
  return occurredAt;
}
