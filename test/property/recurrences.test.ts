import fc from "fast-check";
import { RRuleTemporal } from "rrule-temporal";
import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import { DAY_MS, dateToDay, type EpochDay } from "../../src/core/period.ts";
import { CompiledSchedule } from "../../src/rules/schedules/compiled-schedule.ts";
import { momentOf } from "../../src/rules/schedules/moment.ts";
import { Recurrence } from "../../src/rules/schedules/recurrence.ts";
import { readRecurrence } from "../../src/rules/schedules/recurrence-rule.ts";
import { Schedule, WEEKDAYS } from "../../src/rules/schedules/schedule.ts";
import { member } from "../support/rules.ts";

const CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const signed = (max: number) => fc.integer({ min: -max, max }).filter((value) => value !== 0);
const some = <Value>(value: fc.Arbitrary<Value>) => fc.uniqueArray(value, { minLength: 1, maxLength: 4 });

const freq = fc.constantFrom("DAILY", "WEEKLY", "MONTHLY", "YEARLY");
const parts = fc.record(
  {
    INTERVAL: fc.integer({ min: 1, max: 6 }),
    COUNT: fc.integer({ min: 1, max: 40 }),
    UNTIL: fc.integer({ min: 2026, max: 2029 }).map((year) => `${year}0630`),
    BYDAY: some(fc.tuple(fc.option(signed(5), { nil: "" }), fc.constantFrom(...CODES)).map(([nth, day]) => `${nth}${day}`)),
    BYMONTHDAY: some(signed(31)),
    BYMONTH: some(fc.integer({ min: 1, max: 12 })),
    BYSETPOS: some(signed(5)),
    WKST: fc.constantFrom(...CODES),
  },
  { requiredKeys: [] },
);
/** Texts of the grammar, those that are refused included. */
const text = fc
  .tuple(freq, parts)
  .map(([name, rest]) => [["FREQ", name], ...Object.entries(rest)].map(([key, value]) => `${key}=${value}`).join(";"));
const start = fc.integer({ min: dateToDay("2024-01-01"), max: dateToDay("2028-12-31") });

const utc = (day: EpochDay) => Temporal.Instant.fromEpochMilliseconds(day * DAY_MS).toZonedDateTimeISO("UTC");

/** The days of a text from `first` to `last`, as another implementation of RFC 5545 finds them. */
function daysByLibrary(rrule: string, dtstart: EpochDay, [first, last]: readonly [EpochDay, EpochDay]): EpochDay[] {
  const [, until] = /UNTIL=(\d+)/.exec(rrule) ?? [];
  const lastOfUntil = until === undefined ? last : dateToDay(`${until.slice(0, 4)}-${until.slice(4, 6)}-${until.slice(6)}`);
  const rruleString = `RRULE:${rrule.replace(/;UNTIL=\d+/, "")}`;
  const rule = new RRuleTemporal({ rruleString, dtstart: utc(dtstart), temporal: Temporal, cache: false });
  return rule.between(utc(first), utc(Math.min(last, lastOfUntil)), true).map(({ epochMilliseconds }) => epochMilliseconds / DAY_MS);
}

describe("recurrence rules", () => {
  test("hold on the days that another implementation of the standard finds", () => {
    fc.assert(
      fc.property(text, start, fc.integer({ min: -20, max: 1500 }), (rrule, dtstart, after) => {
        const rule = readRecurrence(rrule, { hasStart: true });
        if ("detail" in rule) return;
        const recurrence = new Recurrence(rule, dtstart);
        if (!recurrence.isReached) return;
        const window = [dtstart + after, dtstart + after + 400] as const;

        const given = Array.from({ length: 401 }, (_, index) => window[0] + index).filter((day) => recurrence.has(day));
        expect(given, `${rrule} from ${dtstart}`).toEqual(daysByLibrary(rrule, dtstart, window));
      }),
      { numRuns: 1000 },
    );
  });

  const equal: [string, fc.Arbitrary<[rrule: string, schedule: Record<string, unknown>]>][] = [
    ["daysOfMonth", some(signed(31)).map((days) => [`FREQ=MONTHLY;BYMONTHDAY=${days}`, { daysOfMonth: days }])],
    [
      "weekdays",
      some(fc.integer({ min: 0, max: 6 })).map((days) => [
        `FREQ=WEEKLY;BYDAY=${days.map((day) => CODES[day])}`,
        { weekdays: days.map((day) => WEEKDAYS[day]) },
      ]),
    ],
    [
      "nthWeekday",
      fc
        .tuple(signed(5), fc.integer({ min: 0, max: 6 }))
        .map(([nth, day]) => [`FREQ=MONTHLY;BYDAY=${nth}${CODES[day]}`, { nthWeekday: { nth, weekday: WEEKDAYS[day] } }]),
    ],
    ["months", some(fc.integer({ min: 1, max: 12 })).map((months) => [`FREQ=DAILY;BYMONTH=${months}`, { months }])],
    [
      "dates",
      fc
        .constantFrom("02-29", "11-11", "12-31", "01-01")
        .map((date) => [`FREQ=YEARLY;BYMONTH=${Number(date.slice(0, 2))};BYMONTHDAY=${Number(date.slice(3))}`, { dates: [date] }]),
    ],
  ];
  const between = fc.option(fc.constantFrom({ from: "22:00", until: "02:30" }, { from: "01:15", until: "03:45" }), { nil: undefined });
  const instant = fc.date({ min: new Date("2023-12-01"), max: new Date("2033-01-31"), noInvalidDate: true });
  const zone = fc.constantFrom("Asia/Shanghai", "Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe");

  test.each(equal)("say what %s says, at any instant of leap years and of nights on which the clock is moved", (_, pair) => {
    fc.assert(
      fc.property(pair, between, fc.array(instant, { minLength: 2, maxLength: 6 }), zone, ([rrule, fields], hours, instants, inZone) => {
        const context = { calendars: new Map(), ends: null };
        const rest = { ...(hours && { between: hours }) };
        const rule = readRecurrence(rrule, { hasStart: false });
        if ("detail" in rule) throw new Error(`${rrule}: ${rule.detail}`);
        const byRrule = new CompiledSchedule(Schedule.parse({ rrule, ...rest }), { ...context, recurrences: [new Recurrence(rule, null)] });
        const byField = new CompiledSchedule(Schedule.parse({ ...fields, ...rest }), { ...context, recurrences: [] });
        const [field] = Object.keys(fields);

        for (const at of instants) {
          const reason = byRrule.bars(momentOf(at, inZone), member());
          const named = reason?.kind === "not_scheduled" && reason.field === "rrule" ? { ...reason, field } : reason;
          expect(named).toEqual(byField.bars(momentOf(at, inZone), member()));
        }
      }),
      { numRuns: 1000 },
    );
  });

  /** Far years, long lists, large numbers: what is heavy to compute. */
  const heavy = fc
    .tuple(
      freq,
      fc.record(
        {
          INTERVAL: fc.integer({ min: 1, max: 1000 }),
          COUNT: fc.integer({ min: 1, max: 1000 }),
          BYDAY: fc.uniqueArray(
            fc.tuple(fc.option(signed(53), { nil: "" }), fc.constantFrom(...CODES)).map(([n, day]) => `${n}${day}`),
            { minLength: 1, maxLength: 40 },
          ),
          BYMONTHDAY: fc.uniqueArray(signed(31), { minLength: 1, maxLength: 40 }),
          BYMONTH: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
          BYSETPOS: fc.uniqueArray(signed(366), { minLength: 1, maxLength: 60 }),
        },
        { requiredKeys: [] },
      ),
    )
    .map(([name, rest]) => [["FREQ", name], ...Object.entries(rest)].map(([key, value]) => `${key}=${value}`).join(";"));

  test("cost a bounded time, however far the year, dense the rule or impossible its days", () => {
    let slowest = { milliseconds: 0, rrule: "" };
    fc.assert(
      fc.property(
        heavy,
        fc.integer({ min: 0, max: dateToDay("2199-12-31") }),
        fc.integer({ min: 1970, max: 9998 }),
        (rrule, dtstart, year) => {
          const rule = readRecurrence(rrule, { hasStart: true });
          if ("detail" in rule) return;
          const began = performance.now();
          new Recurrence(rule, dtstart).has(dateToDay(`${year}-06-15`));
          const milliseconds = performance.now() - began;
          if (milliseconds > slowest.milliseconds) slowest = { milliseconds, rrule };
        },
      ),
      { numRuns: 2000 },
    );
    expect(slowest.milliseconds, slowest.rrule).toBeLessThan(300);
  });

  test("of any text are read or refused with a place in it", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ maxLength: 60 }),
          text,
          fc.tuple(text, fc.string({ maxLength: 5 })).map((both) => both.join(";")),
        ),
        fc.boolean(),
        (rrule, hasStart) => {
          const rule = readRecurrence(rrule, { hasStart });

          if (!("detail" in rule)) return;
          expect(rule.range.start).toBeGreaterThanOrEqual(0);
          expect(rule.range.end).toBeLessThanOrEqual(rrule.length);
          expect(rule.detail).not.toBe("");
        },
      ),
      { numRuns: 2000 },
    );
  });
});
