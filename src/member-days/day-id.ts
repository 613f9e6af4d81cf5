import { canonicalHash } from "../core/canonical.ts";
import { type Counter, periodStart } from "../rules/limits/counter.ts";
import { eventTypeOfDay, type MemberDay } from "../rules/trigger.ts";

/** Ids of events that begin so are the engine's own. */
export const DAY_ID_PREFIX = "day:";

/** The id of the event as which a day of a member is recorded: one in a calendar year. `on` is a local date. */
export const dayEventId = (memberId: string, day: MemberDay, on: string): string =>
  `${eventTypeOfDay(day)}:${on.slice(0, 4)}:${canonicalHash(memberId)}`;

/** No rule's id has a colon. */
export const dayCounterKey = (day: MemberDay): string => `:${eventTypeOfDay(day)}`;

/**
 * Counts that a member has had a day in the calendar year of an instant. It goes with the member's rows, so that of two who are merged
 * and have one birthday the survivor has it once, and so does who says another birth date later in the year.
 */
export const dayCounter = (day: MemberDay, at: Date, zone: string): Counter => ({
  for: "member",
  key: dayCounterKey(day),
  period: periodStart(at, "year", zone),
});
