import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CompiledSchedule } from "../../src/rules/schedules/compiled-schedule.ts";
import { type DateList, DaySet } from "../../src/rules/schedules/date-list.ts";
import { momentOf } from "../../src/rules/schedules/moment.ts";
import { Schedule, WEEKDAYS } from "../../src/rules/schedules/schedule.ts";
import { member } from "../support/rules.ts";

const time = fc
  .integer({ min: 0, max: 23 * 60 + 59 })
  .map((minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`);
const date = fc
  .date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));

const list = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { minLength: 1, maxLength: 4 });

/** Schedules that say something; those that are the same for all members. */
const schedule = fc
  .record(
    {
      daysOfMonth: list(fc.integer({ min: -31, max: 31 }).filter((day) => day !== 0)),
      weekdays: list(fc.constantFrom(...WEEKDAYS)),
      nthWeekday: fc.record({ weekday: fc.constantFrom(...WEEKDAYS), nth: fc.constantFrom(-5, -1, 1, 2, 5) }),
      months: list(fc.integer({ min: 1, max: 12 })),
      dates: list(date.map((day) => day.slice(5))),
      calendar: fc.constant("festivals"),
      between: fc.record({ from: time, until: time }).filter(({ from, until }) => from !== until),
    },
    { requiredKeys: [] },
  )
  .filter((fields) => Object.keys(fields).length > 0)
  .map((fields) => Schedule.parse(fields));

const dates = list(
  fc.oneof(
    date,
    fc
      .tuple(date, date)
      .filter(([a, b]) => a !== b)
      .map(([a, b]) => (a < b ? { from: a, until: b } : { from: b, until: a })),
  ),
);
const instant = fc.date({ min: new Date("2026-01-01"), max: new Date("2027-12-31"), noInvalidDate: true });
const zone = fc.constantFrom("Asia/Shanghai", "Europe/London", "America/Sao_Paulo", "Pacific/Apia", "Australia/Lord_Howe");

/** Some instants within a few days, in any order. */
const nearInstants = fc
  .tuple(instant, fc.array(fc.integer({ min: -120, max: 120 }), { minLength: 2, maxLength: 8 }))
  .map(([at, halfHours]) => halfHours.map((count) => new Date(at.getTime() + count * 1_800_000)));

const contextOf = (days: DateList["dates"]) => ({ calendars: new Map([["festivals", new DaySet(days)]]), recurrences: [], ends: null });

describe("schedules", () => {
  test("the next start is one: on from then, and not the instant before", () => {
    fc.assert(
      fc.property(schedule, dates, instant, zone, (fields, days, at, inZone) => {
        const compiled = new CompiledSchedule(fields, contextOf(days));
        const barred = (when: Date) => compiled.bars(momentOf(when, inZone), member());
        const reason = barred(at);

        if (reason?.kind !== "not_scheduled" || reason.next === undefined) return;
        const next = new Date(reason.next);
        expect(next.getTime()).toBeGreaterThan(at.getTime());
        expect(barred(next)).toBeNull();
        expect(barred(new Date(next.getTime() - 1))).toMatchObject({ next: reason.next });
      }),
      { numRuns: 1000 },
    );
  });

  test("what was asked before changes no answer", () => {
    fc.assert(
      fc.property(schedule, dates, nearInstants, zone, (fields, days, instants, inZone) => {
        const asked = new CompiledSchedule(fields, contextOf(days));

        for (const at of instants) {
          const fresh = new CompiledSchedule(fields, contextOf(days));
          expect(asked.bars(momentOf(at, inZone), member())).toEqual(fresh.bars(momentOf(at, inZone), member()));
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("a day is of a calendar when one of its dates or ranges holds it", () => {
    fc.assert(
      fc.property(dates, date, (days, asked) => {
        const isListed = days.some((entry) => (typeof entry === "string" ? entry === asked : entry.from <= asked && asked < entry.until));

        expect(new DaySet(days).has(Date.parse(asked) / 86_400_000)).toBe(isListed);
      }),
      { numRuns: 1000 },
    );
  });
});
