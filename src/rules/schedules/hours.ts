import type { EpochDay } from "../../core/period.ts";
import type { Calendar } from "../../core/zone-calendar.ts";
import type { Schedule } from "./schedule.ts";

/** The hours of a day, by the clock on the wall. Times of day in milliseconds; `endsNextDay` for those over midnight. */
export type Hours = { from: number; until: number; endsNextDay: boolean };

const timeOfDay = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000;

export function compileHours(between: NonNullable<Schedule["between"]>): Hours {
  const from = timeOfDay(between.from);
  const until = timeOfDay(between.until);
  return { from, until, endsNextDay: until <= from };
}

/** From when until when the hours of one day last, as instants; the end does not belong to them. Without hours it is the whole day. */
export function opening(hours: Hours | null, day: EpochDay, calendar: Calendar): { from: number; until: number } {
  if (hours === null) return { from: calendar.startOf(day), until: calendar.startOf(day + 1) };
  return { from: calendar.timeOn(day, hours.from), until: calendar.timeOn(hours.endsNextDay ? day + 1 : day, hours.until) };
}
