import { assert } from "../../core/assert.ts";
import type { CalendarDay } from "../../core/calendar-day.ts";
import type { DaySet } from "./date-list.ts";
import type { Recurrence } from "./recurrence.ts";
import { type Schedule, WEEKDAYS } from "./schedule.ts";

/** One thing that a schedule says about the day, the same for all members. */
export type DayPart = { field: keyof Schedule; holds(day: CalendarDay): boolean };

const isoNumber = (weekday: (typeof WEEKDAYS)[number]): number => WEEKDAYS.indexOf(weekday) + 1;

function isNthInMonth(nth: number, { dayOfMonth, monthLength }: CalendarDay): boolean {
  return nth > 0 ? Math.ceil(dayOfMonth / 7) === nth : Math.ceil((monthLength - dayOfMonth + 1) / 7) === -nth;
}

/** What the names and texts of a schedule stand for: the calendars of its program, and its `rrule` as days. */
export type DayContext = { calendars: ReadonlyMap<string, DaySet>; recurrences: readonly Recurrence[] };

/** What a schedule says about the day. */
export function dayParts(schedule: Schedule, { calendars, recurrences }: DayContext): DayPart[] {
  const { daysOfMonth, weekdays, nthWeekday, months, dates, calendar } = schedule;
  const parts: DayPart[] = [];
  if (daysOfMonth !== undefined) {
    const days = new Set(daysOfMonth);
    parts.push({
      field: "daysOfMonth",
      holds: ({ dayOfMonth, monthLength }) => days.has(dayOfMonth) || days.has(dayOfMonth - monthLength - 1),
    });
  }
  if (weekdays !== undefined) {
    const numbers = new Set(weekdays.map(isoNumber));
    parts.push({ field: "weekdays", holds: ({ weekday }) => numbers.has(weekday) });
  }
  if (nthWeekday !== undefined) {
    const number = isoNumber(nthWeekday.weekday);
    parts.push({ field: "nthWeekday", holds: (day) => day.weekday === number && isNthInMonth(nthWeekday.nth, day) });
  }
  if (months !== undefined) {
    const numbers = new Set(months);
    parts.push({ field: "months", holds: ({ month }) => numbers.has(month) });
  }
  if (dates !== undefined) {
    const yearly = new Set(dates.map((date) => Number(date.replace("-", ""))));
    parts.push({ field: "dates", holds: ({ month, dayOfMonth }) => yearly.has(month * 100 + dayOfMonth) });
  }
  if (recurrences.length > 0) {
    parts.push({ field: "rrule", holds: ({ day }) => recurrences.some((recurrence) => recurrence.has(day)) });
  }
  if (calendar !== undefined) {
    const days = calendars.get(calendar);
    assert(days, "a schedule names a calendar of its program");
    parts.push({ field: "calendar", holds: ({ day }) => days.has(day) });
  }
  return parts;
}
