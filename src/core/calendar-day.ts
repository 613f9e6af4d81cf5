import { DAY_MS, type EpochDay } from "./period.ts";

/** What a calendar shows of one day. */
export type CalendarDay = {
  day: EpochDay;
  year: number;
  /** From 1. */
  month: number;
  /** From 1. */
  dayOfMonth: number;
  /** How many days the month has. */
  monthLength: number;
  /** ISO 8601: Monday is 1, Sunday is 7. */
  weekday: number;
};

export function calendarDay(day: EpochDay): CalendarDay {
  const date = new Date(day * DAY_MS);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  return {
    day,
    year,
    month,
    dayOfMonth: date.getUTCDate(),
    monthLength: monthLength(year, month),
    weekday: date.getUTCDay() === 0 ? 7 : date.getUTCDay(),
  };
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

function monthLength(year: number, month: number): number {
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && isLeap ? 29 : (MONTH_LENGTHS[month - 1] ?? 0);
}

/** The same date of another year; for 29 February in a year without one it is 28 February. */
export function anniversaryIn(year: number, { month, dayOfMonth }: Pick<CalendarDay, "month" | "dayOfMonth">): EpochDay {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, Math.min(dayOfMonth, monthLength(year, month)));
  return date.getTime() / DAY_MS;
}

/** Whether a date comes round on a day: 29 February on the 28th in a year without one. */
export const isAnniversary = (today: CalendarDay, date: Pick<CalendarDay, "month" | "dayOfMonth">): boolean =>
  today.day === anniversaryIn(today.year, date);

const LEAP_DAY = { month: 2, dayOfMonth: 29 };

/** The dates that come round on a day: on 28 February of a year without a 29th both of them. */
export function datesComingRound(today: CalendarDay): Pick<CalendarDay, "month" | "dayOfMonth">[] {
  return today.dayOfMonth !== LEAP_DAY.dayOfMonth && isAnniversary(today, LEAP_DAY) ? [today, LEAP_DAY] : [today];
}

/** The days of earlier years, from that of `since` on, whose date comes round on a day. */
export function daysComingRound(today: CalendarDay, since: EpochDay): EpochDay[] {
  const dates = datesComingRound(today);
  const years = Array.from({ length: Math.max(0, today.year - calendarDay(since).year) }, (_, ago) => today.year - 1 - ago);
  return years.flatMap((year) =>
    dates.flatMap(({ month, dayOfMonth }) => (dayOfMonth <= monthLength(year, month) ? [anniversaryIn(year, { month, dayOfMonth })] : [])),
  );
}

/** Days from a day to the next time that a date comes round: 0 on the day itself. */
export function daysToAnniversary(today: EpochDay, date: EpochDay): number {
  const [from, { year }] = [calendarDay(date), calendarDay(today)];
  const thisYear = anniversaryIn(year, from);
  return (thisYear >= today ? thisYear : anniversaryIn(year + 1, from)) - today;
}
