import { assert } from "./assert.ts";
import { type Calendar, calendarOf } from "./zone-calendar.ts";

/** Whole days since 1970-01-01, of a local date in some time zone. */
export type EpochDay = number;

/** Half-open, as every period here: `from` belongs to it, `to` does not. */
export type DayRange = { from: EpochDay; to: EpochDay };

export const DAY_MS = 86_400_000;
/** 0001-01-01 and 9999-12-31: what a lifetime spans. */
export const FIRST_DAY: EpochDay = -719_162;
export const LAST_DAY: EpochDay = 2_932_896;

/** The local date on which an instant falls. */
export function localDay(instant: Date, zone: string): EpochDay {
  return calendarOf(zone).dayOf(instant.getTime());
}

/** The first instant of a local date; not always midnight, since some zones change their clocks then. */
export function dayStart(day: EpochDay, zone: string): Date {
  return new Date(calendarOf(zone).startOf(day));
}

/** Local days from that of an instant to another; 0 where the instant is later. */
export function daysSince(instant: Date, day: EpochDay, zone: string): number {
  return Math.max(0, day - localDay(instant, zone));
}

const DATES_MAX = 10_000;
const dates = new Map<EpochDay, string>();

/** `YYYY-MM-DD`. Most days are asked for again and again. */
export function dayToDate(day: EpochDay): string {
  const known = dates.get(day);
  if (known !== undefined) return known;
  if (dates.size >= DATES_MAX) dates.clear();
  const date = new Date(day * DAY_MS).toISOString().slice(0, 10);
  dates.set(day, date);
  return date;
}

export function dateToDay(date: string): EpochDay {
  const day = Date.parse(`${date}T00:00:00Z`) / DAY_MS;
  assert(/^\d{4}-\d{2}-\d{2}$/.test(date) && dayToDate(day) === date, "a date is YYYY-MM-DD and exists");
  return day;
}

/** The day on which a month starts; `month` counts from 0 and may leave the year: month 12 is next January. */
function monthStart(year: number, month: number): EpochDay {
  const start = new Date(0);
  start.setUTCFullYear(year, month, 1);
  return start.getTime() / DAY_MS;
}

/** How many months one calendar period has. */
const CALENDAR_MONTHS = { month: 1, quarter: 3, year: 12 } as const;
export type CalendarPeriod = keyof typeof CALENDAR_MONTHS;

/** The calendar month, quarter or year that contains a day. */
export function calendarRange(day: EpochDay, period: CalendarPeriod): DayRange {
  const date = new Date(day * DAY_MS);
  const months = CALENDAR_MONTHS[period];
  const first = Math.floor(date.getUTCMonth() / months) * months;
  return { from: monthStart(date.getUTCFullYear(), first), to: monthStart(date.getUTCFullYear(), first + months) };
}

/**
 * The days of a metric window (`lifetime`, `month`, `quarter`, `year`, `365d`) as of a day: the calendar period that
 * contains it, or the day itself and the n − 1 before it.
 */
export function periodRange(day: EpochDay, window: string): DayRange {
  if (window === "lifetime") return { from: FIRST_DAY, to: LAST_DAY };
  if (window === "month" || window === "quarter" || window === "year") return calendarRange(day, window);
  const days = Number(window.slice(0, -1));
  assert(window.endsWith("d") && Number.isSafeInteger(days) && days > 0, "a window is lifetime, a calendar period or a number of days");
  return { from: day - days + 1, to: day + 1 };
}

export type Period = { unit: "days" | "months" | "years"; count: number };

const PERIOD_UNITS = { D: "days", M: "months", Y: "years" } as const;

/** Reads an ISO 8601 period of one unit: `P14D`, `P12M`, `P1Y`. */
export function parsePeriod(text: string): Period {
  const [, count, letter] = /^P(\d{1,4})([DMY])$/.exec(text) ?? [];
  assert(count !== undefined && letter !== undefined, "a period is P and a number of days, months or years");
  return { unit: PERIOD_UNITS[letter as keyof typeof PERIOD_UNITS], count: Number(count) };
}

/** The same day of another month, or its last day where that month is shorter: 29 February + 1 year is 28 February. */
function addMonths(day: EpochDay, months: number): EpochDay {
  const date = new Date(day * DAY_MS);
  const start = monthStart(date.getUTCFullYear(), date.getUTCMonth() + months);
  const next = monthStart(date.getUTCFullYear(), date.getUTCMonth() + months + 1);
  return Math.min(start + date.getUTCDate(), next) - 1;
}

/** Adds a period to a local date: 29 February and a year is 28 February. */
export function addToDay(day: EpochDay, { unit, count }: Period): EpochDay {
  if (unit === "days") return day + count;
  return addMonths(day, unit === "years" ? 12 * count : count);
}

/** The same time of day on another day. A time that the clock change leaves out moves forward by its gap. */
function atSameTime(calendar: Calendar, instant: number, from: EpochDay, to: EpochDay): number {
  const sinceStart = instant - calendar.startOf(from);
  // The clock is moved on neither day: the time of day is the time since its start.
  if (calendar.lengthOf(from) === DAY_MS && calendar.lengthOf(to) === DAY_MS) return calendar.startOf(to) + sinceStart;
  return calendar.moveTo(instant, to);
}

/** Adds a period by the local calendar: days, months and years keep the time of day, whatever the clock does between. */
export function addPeriod(instant: Date, period: Period, zone: string): Date {
  const calendar = calendarOf(zone);
  const day = calendar.dayOf(instant.getTime());
  return new Date(atSameTime(calendar, instant.getTime(), day, addToDay(day, period)));
}

/** When points that are earned at an instant can be used: `none` is at once, else a period such as `P14D`. */
export function pendingUntil(earnedAt: Date, pending: string, zone: string): Date {
  return pending === "none" ? earnedAt : addPeriod(earnedAt, parsePeriod(pending), zone);
}

/** The calendar period to whose end a period with this suffix is rounded up. */
export const END_OF = { EOM: "month", EOQ: "quarter", EOY: "year" } as const;

/**
 * The first instant at which points are gone, null for `never`. With `/EOM`, `/EOQ` or `/EOY` they live to the end of
 * the calendar period in which the bare date falls, so they are gone with the first instant of the next one.
 */
export function expiryAt(availableAt: Date, policy: string, zone: string): Date | null {
  if (policy === "never") return null;
  const [period = "", end] = policy.split("/");
  const expiry = addPeriod(availableAt, parsePeriod(period), zone);
  if (end === undefined) return expiry;
  return dayStart(calendarRange(localDay(expiry, zone), END_OF[end as keyof typeof END_OF]).to, zone);
}

/** Names that were found to be some: to try one takes a third of a millisecond. There are fewer zones than this; a name has many spellings. */
const knownZones = new Set<string>();
const KNOWN_ZONES_MAX = 1_000;

/** Whether this is the name of an IANA time zone, such as `Europe/London`; a bare offset is not. */
export function isTimeZone(name: string): boolean {
  if (knownZones.has(name)) return true;
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    if (knownZones.size < KNOWN_ZONES_MAX) knownZones.add(name);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
