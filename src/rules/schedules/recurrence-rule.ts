import { dateToDay, dayToDate, type EpochDay } from "../../core/period.ts";

/** What an RRULE says about days, read and checked; whole days only. */
export type RecurrenceRule = {
  freq: (typeof FREQUENCIES)[number];
  interval: number;
  count?: number;
  /** The last day that may be one. */
  until?: EpochDay;
  /** `MO`, or `2TH` and `-1FR` by month and year. */
  byDay?: ReadonlySet<string>;
  byMonthDay?: ReadonlySet<number>;
  byMonth?: ReadonlySet<number>;
  bySetPos?: ReadonlySet<number>;
  /** The day with which weeks begin: Monday is 0. */
  weekStart: number;
};

/** What is wrong with a text, and where in it: `range` counts characters from 0. */
export type RecurrenceProblem = { detail: string; range: { start: number; end: number } };

const FREQUENCIES = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"] as const;
/** From Monday on. */
export const RRULE_WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const WEEKDAY = /^([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$/;
const INTERVAL_MAX = 1000;
const COUNT_MAX = 1000;

/** Why a part that the standard knows is not one of these. */
const REFUSED: Readonly<Record<string, string>> = {
  BYHOUR: "hours come from `between`",
  BYMINUTE: "hours come from `between`",
  BYSECOND: "hours come from `between`",
  BYYEARDAY: "days of the year are not taken: say BYMONTH and BYMONTHDAY",
  BYWEEKNO: "weeks of the year are not taken: say BYMONTH and BYDAY",
};

class Wrong extends Error {}

function refuse(detail: string): never {
  throw new Wrong(detail);
}

function whole(text: string, min: number, max: number): number {
  const value = /^[+-]?\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max) || value === 0) refuse(`a whole number from ${min} to ${max}${min < 0 ? ", not 0" : ""}`);
  return value;
}

function list<Value>(text: string, read: (item: string) => Value): ReadonlySet<Value> {
  return new Set(text.split(",").map(read));
}

const wholes = (text: string, max: number, min = -max): ReadonlySet<number> => list(text, (item) => whole(item, min, max));

function weekday(text: string): string {
  const [, nth, day] = WEEKDAY.exec(text) ?? refuse("weekdays: MO TU WE TH FR SA SU, or the second Thursday as 2TH and the last as -1TH");
  return nth === undefined ? String(day) : `${whole(nth, -53, 53)}${day}`;
}

function lastDay(text: string): EpochDay {
  const [, year, month, day] = /^(\d{4})(\d{2})(\d{2})$/.exec(text) ?? refuse("a local date, the last that counts: 20261231");
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  const date = `${year}-${month}-${day}`;
  if (Number(year) < 1970 || dayToDate(Math.floor(time / 86_400_000)) !== date) refuse("a date that exists, from 1970 on");
  return dateToDay(date);
}

type Parts = Partial<RecurrenceRule>;

const READERS: Readonly<Record<string, (value: string) => Parts>> = {
  FREQ: (value) => ({
    freq: FREQUENCIES.find((freq) => freq === value) ?? refuse("DAILY, WEEKLY, MONTHLY or YEARLY; hours come from `between`"),
  }),
  INTERVAL: (value) => ({ interval: whole(value, 1, INTERVAL_MAX) }),
  COUNT: (value) => ({ count: whole(value, 1, COUNT_MAX) }),
  UNTIL: (value) => ({ until: lastDay(value) }),
  BYDAY: (value) => ({ byDay: list(value, weekday) }),
  BYMONTHDAY: (value) => ({ byMonthDay: wholes(value, 31) }),
  BYMONTH: (value) => ({ byMonth: wholes(value, 12, 1) }),
  BYSETPOS: (value) => ({ bySetPos: wholes(value, 366) }),
  WKST: (value) => ({
    weekStart: RRULE_WEEKDAYS.indexOf(value) === -1 ? refuse("a weekday: MO TU WE TH FR SA SU") : RRULE_WEEKDAYS.indexOf(value),
  }),
};

/** What parts say together and must not, or leave open: which day it is, and from where intervals and counts go. */
function contradiction({ freq, interval = 1, ...rule }: Parts, hasStart: boolean): string | null {
  const { byDay, byMonthDay, byMonth, bySetPos, count, until } = rule;
  const nthDays = [...(byDay ?? [])].filter((day) => day.length > 2);
  const isNth = nthDays.length > 0;
  if (freq === undefined) return "FREQ is missing: FREQ=MONTHLY;BYMONTHDAY=8";
  if (count !== undefined && until !== undefined) return "COUNT and UNTIL do not go together";
  if (isNth && freq !== "MONTHLY" && freq !== "YEARLY") return "a number before a weekday needs FREQ=MONTHLY or YEARLY";
  if (isNth && byMonthDay !== undefined) return "a number before a weekday does not go with BYMONTHDAY";
  if (isNth && nthDays.length < (byDay?.size ?? 0)) return "weekdays with and without a number do not go together: say it in two rules";
  if (byMonthDay !== undefined && freq === "WEEKLY") return "BYMONTHDAY does not go with FREQ=WEEKLY";
  if (bySetPos !== undefined && !byDay && !byMonthDay && !byMonth) return "BYSETPOS chooses among days of another BY… part";
  if (hasStart) return null;
  if (interval > 1) return "INTERVAL needs `dtstart`: the day from which it counts";
  if (count !== undefined) return "COUNT needs `dtstart`: the day from which it counts";
  if (freq === "WEEKLY" && !byDay) return "which day of the week: BYDAY, or `dtstart`";
  if ((freq === "MONTHLY" || freq === "YEARLY") && !byDay && !byMonthDay) return "which day: BYMONTHDAY, BYDAY, or `dtstart`";
  return null;
}

/**
 * Reads an RRULE (RFC 5545) of whole days: FREQ, INTERVAL, COUNT, UNTIL, BYDAY, BYMONTHDAY, BYMONTH, BYSETPOS, WKST.
 * Case says nothing. Without a start the text alone must say which days it is on.
 */
export function readRecurrence(text: string, { hasStart }: { hasStart: boolean }): RecurrenceRule | RecurrenceProblem {
  const rule: Parts = {};
  const seen = new Set<string>();
  let start = 0;
  for (const part of text.split(";")) {
    const range = { start, end: start + part.length };
    start = range.end + 1;
    const [, name = "", value = ""] = /^([A-Za-z]+)=(.+)$/.exec(part) ?? [];
    const key = name.toUpperCase();
    const read = Object.hasOwn(READERS, key) ? READERS[key] : undefined;
    if (name === "") return { detail: "parts are NAME=VALUE, joined by `;`", range };
    if (read === undefined) return { detail: Object.hasOwn(REFUSED, key) ? String(REFUSED[key]) : "there is no such part", range };
    if (seen.has(key)) return { detail: `${key} stands here twice`, range };
    seen.add(key);
    try {
      Object.assign(rule, read(value.toUpperCase()));
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return { detail: error.message, range: { start: range.start + name.length + 1, end: range.end } };
    }
  }
  const detail = contradiction(rule, hasStart);
  if (detail !== null) return { detail, range: { start: 0, end: text.length } };
  return { interval: 1, weekStart: 0, ...rule } as RecurrenceRule;
}
