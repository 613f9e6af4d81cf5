import type { CalendarDay } from "../../core/calendar-day.ts";
import { type RecurrenceRule, RRULE_WEEKDAYS } from "./recurrence-rule.ts";

/** The day on which a rule begins, and the number of its period. */
export type RecurrenceStart = CalendarDay & { period: number };

const YEAR_DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

/** Number of the day, week, month or year, by FREQ, in which a day lies. */
export function periodOf({ freq, weekStart }: RecurrenceRule, { day, month, year }: CalendarDay): number {
  if (freq === "DAILY") return day;
  // 1970-01-01 was a Thursday, so epoch day 4 is a Monday.
  if (freq === "WEEKLY") return Math.floor((day - 4 - weekStart) / 7);
  return freq === "MONTHLY" ? year * 12 + month : year;
}

const isEvery = (interval: number, period: number, first: number): boolean => period >= first && (period - first) % interval === 0;

/** Whether a day of a period is one that BYSETPOS, if there is one, chooses from (RFC 5545, 3.3.10). What the parts leave open is as on the first day. */
export function isCandidate(rule: RecurrenceRule, day: CalendarDay, start: RecurrenceStart, period: number): boolean {
  const { freq, interval, byMonth, byMonthDay, byDay } = rule;
  if (!isEvery(interval, period, start.period)) return false;
  if (byMonth !== undefined && !byMonth.has(day.month)) return false;
  if (byMonthDay !== undefined && !byMonthDay.has(day.dayOfMonth) && !byMonthDay.has(day.dayOfMonth - day.monthLength - 1)) return false;
  if (byDay !== undefined) return isByDay(rule, day);
  if (byMonthDay !== undefined || freq === "DAILY") return true;
  if (freq === "WEEKLY") return day.weekday === start.weekday;
  return day.dayOfMonth === start.dayOfMonth && (freq === "MONTHLY" || byMonth !== undefined || day.month === start.month);
}

/** `MO` is each Monday; `2MO` the second and `-1MO` the last of the month, or of the year where a yearly rule names no months. */
function isByDay({ freq, byDay, byMonth }: RecurrenceRule, day: CalendarDay): boolean {
  const name = RRULE_WEEKDAYS[day.weekday - 1];
  if (byDay === undefined || byDay.has(`${name}`)) return true;
  const isOfMonth = freq === "MONTHLY" || byMonth !== undefined;
  const isLeap = day.monthLength === 29 || (day.month !== 2 && new Date(Date.UTC(day.year, 1, 29)).getUTCMonth() === 1);
  const before = isOfMonth ? day.dayOfMonth : (YEAR_DAYS_BEFORE[day.month - 1] ?? 0) + (isLeap && day.month > 2 ? 1 : 0) + day.dayOfMonth;
  const length = isOfMonth ? day.monthLength : isLeap ? 366 : 365;
  return byDay.has(`${Math.ceil(before / 7)}${name}`) || byDay.has(`-${Math.ceil((length - before + 1) / 7)}${name}`);
}
