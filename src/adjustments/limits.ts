import { LoyaltyError } from "../core/errors.ts";
import type { Instant } from "../ledger/state.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import { type Counter, periodStart, type UsedCounters } from "../rules/limits/counter.ts";

/** What one key has adjusted on one local day, points given and taken together. No rule's counter has such a name. */
export const adjustmentCounter = (keyId: string, at: Instant, timeZone: string): Counter => ({
  for: "program",
  key: `adjustments ${keyId}`,
  period: periodStart(new Date(at), "day", timeZone),
});

/** What one key that is limited has given on one local day. No rule's counter has such a name. */
export const givenCounter = (keyId: string, at: Instant, timeZone: string): Counter => ({
  for: "program",
  key: `given ${keyId}`,
  period: periodStart(new Date(at), "day", timeZone),
});

/**
 * What a key may still give on the day after these.
 * Units:  whole points, given.
 * Errors: key_points_limit, with how much is left.
 */
export function leftOfKey(atMost: number, { points, used }: { points: number; used: number }): number {
  const left = Math.max(0, atMost - used);
  if (points > left) throw new LoyaltyError("key_points_limit", { atMost, left, requested: points });
  return left - points;
}

/**
 * What gives many points to many at once is not for a key that is limited: how many they become is not known when it is asked for.
 * Errors: key_points_limit.
 */
export function requireUnlimitedKey(pointsPerDay: number | null): void {
  if (pointsPerDay !== null)
    throw new LoyaltyError("key_points_limit", { atMost: pointsPerDay, reason: "the key must have no pointsPerDay" });
}

/**
 * Units:  whole points, given or taken.
 * Errors: adjustment_limit_exceeded, with the limit and how much of it is left.
 */
export function requireWithinLimits(
  { adjustments = {} }: Pick<ProgramDefinition, "adjustments">,
  { points, counter, counters }: { points: number; counter: Counter; counters: UsedCounters },
): void {
  const { maxPoints, maxPointsPerDay } = adjustments;
  if (maxPoints !== undefined && points > maxPoints) {
    throw new LoyaltyError("adjustment_limit_exceeded", { limit: "maxPoints", atMost: maxPoints, left: maxPoints, requested: points });
  }
  if (maxPointsPerDay === undefined) return;
  const left = Math.max(0, maxPointsPerDay - counters.used(counter));
  if (points > left) {
    throw new LoyaltyError("adjustment_limit_exceeded", { limit: "maxPointsPerDay", atMost: maxPointsPerDay, left, requested: points });
  }
}
