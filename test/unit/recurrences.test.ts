import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import type { RuleTrace } from "../../src/rules/decision.ts";
import { cart, member, programOf, traceOf } from "../support/rules.ts";

const ruleWith = (schedule: unknown) => ({ id: "rule", schedule, effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] });

/** Why a rule with this schedule does not apply; null when it does. */
function barred(schedule: unknown, at: string): RuleTrace["reason"] | null {
  const decision = programOf({ rules: [ruleWith(schedule)] }).decideOrder(member(), cart([100]), new Date(at));
  return traceOf(decision, "rule").reason ?? null;
}

function problemsOf(schedule: unknown): readonly { pointer: string; code: string; detail: string }[] {
  try {
    programOf({ rules: [ruleWith(schedule)] });
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors;
    throw error;
  }
  return [];
}

describe("rrule", () => {
  test.each([
    ["the second Thursday of each month, in the program's zone", { rrule: "FREQ=MONTHLY;BYDAY=2TH" }, "2026-11-11T16:00:00Z", true],
    ["", { rrule: "FREQ=MONTHLY;BYDAY=2TH" }, "2026-11-11T15:59:59Z", false],
    ["the last weekday of each month", { rrule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1" }, "2026-10-30T12:00:00+08:00", true],
    ["", { rrule: "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1" }, "2026-10-31T12:00:00+08:00", false],
    ["every other Friday", { rrule: "FREQ=WEEKLY;INTERVAL=2", dtstart: "2026-03-06" }, "2026-03-20T12:00:00+08:00", true],
    ["", { rrule: "FREQ=WEEKLY;INTERVAL=2", dtstart: "2026-03-06" }, "2026-03-13T12:00:00+08:00", false],
    ["not before its start", { rrule: "FREQ=DAILY", dtstart: "2026-03-06" }, "2026-03-05T23:59:59+08:00", false],
    ["UNTIL is its last day", { rrule: "FREQ=DAILY;UNTIL=20260310" }, "2026-03-10T23:59:59+08:00", true],
    ["", { rrule: "FREQ=DAILY;UNTIL=20260310" }, "2026-03-11T00:00:00+08:00", false],
    ["ten days from the start", { rrule: "FREQ=DAILY;COUNT=10", dtstart: "2026-12-28" }, "2027-01-06T23:59:59+08:00", true],
    ["", { rrule: "FREQ=DAILY;COUNT=10", dtstart: "2026-12-28" }, "2027-01-07T00:00:00+08:00", false],
    ["the 31st is in months that have one", { rrule: "FREQ=MONTHLY", dtstart: "2026-01-31" }, "2026-02-28T12:00:00+08:00", false],
    ["29 February is in leap years", { rrule: "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29" }, "2028-02-29T12:00:00+08:00", true],
    [
      "one of a list is enough",
      { rrule: ["FREQ=MONTHLY;BYMONTHDAY=8", "FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=11"] },
      "2026-11-11T12:00:00+08:00",
      true,
    ],
    ["other fields must hold too", { rrule: "FREQ=MONTHLY;BYMONTHDAY=8", months: [6] }, "2026-05-08T12:00:00+08:00", false],
    [
      "hours over midnight belong to its day",
      { rrule: "FREQ=MONTHLY;BYMONTHDAY=8", between: { from: "22:00", until: "02:00" } },
      "2026-05-09T01:59:59+08:00",
      true,
    ],
    ["case says nothing", { rrule: "freq=monthly;bymonthday=8" }, "2026-05-08T12:00:00+08:00", true],
  ])("%s %j at %s: %s", (_, schedule, at, expected) => {
    expect(barred(schedule, at) === null).toBe(expected);
  });

  test("the explanation names it, and when the rule applies next", () => {
    expect(barred({ rrule: "FREQ=MONTHLY;BYDAY=2TH" }, "2026-11-12T16:00:00Z")).toEqual({
      kind: "not_scheduled",
      field: "rrule",
      next: "2026-12-09T16:00:00.000Z",
    });
    expect(barred({ rrule: "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31" }, "2026-11-12T16:00:00Z")).toEqual({
      kind: "not_scheduled",
      field: "rrule",
    });
  });
});

describe("is refused with the place in its text", () => {
  test.each([
    ["FREQ=DAILY;BYHOUR=8", 'line 1, column 12 near "BYHOUR=8": hours come from `between`'],
    ["FREQ=HOURLY", 'line 1, column 6 near "HOURLY": DAILY, WEEKLY, MONTHLY or YEARLY; hours come from `between`'],
    ["BYMONTHDAY=8", "FREQ is missing"],
    ["FREQ=MONTHLY;BYMONTHDAY=32", 'column 25 near "32": a whole number from -31 to 31, not 0'],
    ["FREQ=MONTHLY;BYMONTHDAY=0", "a whole number from -31 to 31, not 0"],
    ["FREQ=MONTHLY;BYDAY=2XX", 'column 20 near "2XX": weekdays'],
    ["FREQ=DAILY;FREQ=DAILY", "FREQ stands here twice"],
    ["FREQ=DAILY;UNTIL=20260231", "a date that exists"],
    ["FREQ=DAILY;UNTIL=20261231T000000Z", "a local date, the last that counts"],
    ["FREQ=DAILY;INTERVAL=2", "INTERVAL needs `dtstart`"],
    ["FREQ=DAILY;COUNT=2", "COUNT needs `dtstart`"],
    ["FREQ=WEEKLY", "which day of the week"],
    ["FREQ=YEARLY;BYMONTH=11", "which day: BYMONTHDAY, BYDAY, or `dtstart`"],
    ["FREQ=WEEKLY;BYDAY=2MO", "a number before a weekday needs FREQ=MONTHLY or YEARLY"],
    ["FREQ=MONTHLY;BYDAY=MO,2TU", "weekdays with and without a number do not go together"],
    ["FREQ=MONTHLY;BYDAY=2MO;BYMONTHDAY=8", "a number before a weekday does not go with BYMONTHDAY"],
    ["FREQ=DAILY;BYSETPOS=1", "BYSETPOS chooses among days of another BY… part"],
    ["FREQ=YEARLY;BYYEARDAY=100", "days of the year are not taken"],
    ["FREQ=DAILY;__proto__=1", "parts are NAME=VALUE"],
    ["FREQ=DAILY;CONSTRUCTOR=1", "there is no such part"],
    ["every Friday", "parts are NAME=VALUE"],
  ])("%s", (rrule, detail) => {
    expect(problemsOf({ rrule })).toEqual([
      { pointer: "/rules/0/schedule/rrule", code: "rrule_invalid", detail: expect.stringContaining(detail) },
    ]);
  });

  test("in a list, and what is wrong with all of them together", () => {
    expect(problemsOf({ rrule: ["FREQ=DAILY", "FREQ=DAILY;COUNT=2;UNTIL=20261231"], dtstart: "2026-01-01" })).toMatchObject([
      { pointer: "/rules/0/schedule/rrule/1", detail: expect.stringContaining("COUNT and UNTIL do not go together") },
    ]);
    const never = { rrule: "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=31;COUNT=1", dtstart: "2026-01-01" };
    expect(problemsOf(never)).toMatchObject([{ detail: "COUNT=1 is not reached within 100 years of dtstart" }]);
    expect(problemsOf({ weekdays: ["mo"], dtstart: "2026-01-01" })).toMatchObject([{ pointer: "/rules/0/schedule/dtstart" }]);
  });

  test("a program has at most 200", () => {
    const rules = Array.from({ length: 21 }, (_, index) => ({
      ...ruleWith({ rrule: Array.from({ length: 10 }, (_, day) => `FREQ=MONTHLY;BYMONTHDAY=${day + 1}`) }),
      id: `rule-${index}`,
    }));
    expect(() => programOf({ rules })).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: "/rules/20/schedule/rrule/0", code: "too_many_rrules" })] }),
    );
  });
});
