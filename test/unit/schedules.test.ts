import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import type { MemberFacts, RuleTrace } from "../../src/rules/decision.ts";
import { cart, member, programOf, traceOf } from "../support/rules.ts";

type Given = { zone?: string; calendars?: unknown[]; member?: Partial<MemberFacts>; rule?: Record<string, unknown> };

/** Why a rule with this schedule does not apply; null when it does. */
function barred(schedule: unknown, at: string, given: Given = {}): RuleTrace["reason"] | null {
  const { zone = "Asia/Shanghai", calendars, rule } = given;
  const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];
  const rules = [{ id: "rule", ...(schedule !== undefined && { schedule }), effects, ...rule }];
  const program = programOf({ timeZone: zone, ...(calendars && { calendars }), rules });
  return traceOf(program.decideOrder(member(given.member), cart([100]), new Date(at)), "rule").reason ?? null;
}

const isOn = (schedule: unknown, at: string, given: Given = {}) => barred(schedule, at, given) === null;

const LONDON = { zone: "Europe/London" };
const FESTIVALS = [{ id: "spring-festival", dates: ["2026-02-16", { from: "2026-02-17", until: "2026-02-24" }, "2027-02-06"] }];

describe("days", () => {
  test.each([
    ["the 8th begins at local midnight", { daysOfMonth: [8] }, "2026-08-07T15:59:59.999Z", false],
    ["", { daysOfMonth: [8] }, "2026-08-07T16:00:00Z", true],
    ["and ends at the next", { daysOfMonth: [8] }, "2026-08-08T15:59:59.999Z", true],
    ["", { daysOfMonth: [8] }, "2026-08-08T16:00:00Z", false],
    ["the last of a month", { daysOfMonth: [-1] }, "2027-02-28T12:00:00+08:00", true],
    ["in a leap year", { daysOfMonth: [-1] }, "2028-02-28T12:00:00+08:00", false],
    ["", { daysOfMonth: [-1] }, "2028-02-29T12:00:00+08:00", true],
    ["at the end of the year", { daysOfMonth: [1, -1] }, "2026-12-31T23:59:59+08:00", true],
    ["", { daysOfMonth: [1, -1] }, "2027-01-01T00:00:00+08:00", true],
    ["", { daysOfMonth: [1, -1] }, "2027-01-02T00:00:00+08:00", false],
    ["weekdays", { weekdays: ["sa", "su"] }, "2026-03-15T12:00:00+08:00", true],
    ["", { weekdays: ["sa", "su"] }, "2026-03-16T00:00:00+08:00", false],
    ["the second Thursday", { nthWeekday: { weekday: "th", nth: 2 } }, "2026-11-12T12:00:00+08:00", true],
    ["not the first", { nthWeekday: { weekday: "th", nth: 2 } }, "2026-11-05T12:00:00+08:00", false],
    ["not the second Friday", { nthWeekday: { weekday: "th", nth: 2 } }, "2026-11-13T12:00:00+08:00", false],
    ["the last Thursday", { nthWeekday: { weekday: "th", nth: -1 } }, "2026-11-26T12:00:00+08:00", true],
    ["not the one before", { nthWeekday: { weekday: "th", nth: -1 } }, "2026-11-19T12:00:00+08:00", false],
    ["a fifth Sunday", { nthWeekday: { weekday: "su", nth: 5 } }, "2026-11-29T12:00:00+08:00", true],
    ["months", { months: [11] }, "2026-11-30T23:59:59+08:00", true],
    ["", { months: [11] }, "2026-12-01T00:00:00+08:00", false],
    ["11.11", { dates: ["11-11", "12-12"] }, "2026-11-11T00:00:00+08:00", true],
    ["not 12.11", { dates: ["11-11", "12-12"] }, "2026-12-11T00:00:00+08:00", false],
    ["29 February is a date of leap years", { dates: ["02-29"] }, "2028-02-29T12:00:00+08:00", true],
    ["", { dates: ["02-29"] }, "2027-02-28T12:00:00+08:00", false],
    ["", { dates: ["02-29"] }, "2027-03-01T12:00:00+08:00", false],
    ["all that is said holds", { daysOfMonth: [13], weekdays: ["fr"] }, "2026-11-13T12:00:00+08:00", true],
    ["", { daysOfMonth: [13], weekdays: ["fr"] }, "2026-10-13T12:00:00+08:00", false],
  ])("%s %j at %s: %s", (_, schedule, at, expected) => {
    expect(isOn(schedule, at)).toBe(expected);
  });

  test.each([
    ["2026-02-15T23:59:59+08:00", false],
    ["2026-02-16T00:00:00+08:00", true],
    ["2026-02-23T23:59:59+08:00", true],
    ["2026-02-24T00:00:00+08:00", false],
    ["2027-02-06T12:00:00+08:00", true],
    ["2027-02-07T00:00:00+08:00", false],
  ])("of a calendar, at %s: %s", (at, expected) => {
    expect(isOn({ calendar: "spring-festival" }, at, { calendars: FESTIVALS })).toBe(expected);
  });

  test("a day on which the clock is moved has 23 or 25 hours", () => {
    const sundays = { weekdays: ["su"] };

    expect(isOn(sundays, "2026-03-28T23:59:59Z", LONDON)).toBe(false);
    expect(isOn(sundays, "2026-03-29T00:00:00Z", LONDON)).toBe(true);
    expect(isOn(sundays, "2026-03-29T22:59:59Z", LONDON)).toBe(true);
    expect(isOn(sundays, "2026-03-29T23:00:00Z", LONDON)).toBe(false);
    expect(isOn(sundays, "2026-10-24T23:00:00Z", LONDON)).toBe(true);
    expect(isOn(sundays, "2026-10-25T23:59:59Z", LONDON)).toBe(true);
    expect(isOn(sundays, "2026-10-26T00:00:00Z", LONDON)).toBe(false);
  });
});

describe("hours", () => {
  const hours = (from: string, until: string, rest = {}) => ({ ...rest, between: { from, until } });
  const newYear = hours("22:00", "02:00", { dates: ["12-31"] });

  test.each([
    ["begin with their first instant", hours("00:00", "02:00", { dates: ["11-11"] }), "2026-11-10T16:00:00Z", "Asia/Shanghai", true],
    ["end before their last", hours("00:00", "02:00", { dates: ["11-11"] }), "2026-11-10T18:00:00Z", "Asia/Shanghai", false],
    ["to the end of the day", hours("20:00", "24:00"), "2026-11-10T15:59:59.999Z", "Asia/Shanghai", true],
    ["", hours("20:00", "24:00"), "2026-11-10T16:00:00Z", "Asia/Shanghai", false],
    ["over midnight belong to the day of their beginning", newYear, "2026-12-31T21:59:59Z", "Europe/London", false],
    ["", newYear, "2026-12-31T22:00:00Z", "Europe/London", true],
    ["", newYear, "2027-01-01T01:59:59.999Z", "Europe/London", true],
    ["", newYear, "2027-01-01T02:00:00Z", "Europe/London", false],
    ["", newYear, "2026-12-31T01:00:00Z", "Europe/London", false],
    ["that the clock leaves out do not come", hours("01:00", "02:00"), "2026-03-29T00:59:59.999Z", "Europe/London", false],
    ["", hours("01:00", "02:00"), "2026-03-29T01:00:00Z", "Europe/London", false],
    [
      "of which the clock leaves out the beginning start as it jumps",
      hours("01:30", "03:00"),
      "2026-03-29T01:00:00Z",
      "Europe/London",
      true,
    ],
    ["", hours("01:30", "03:00"), "2026-03-29T02:00:00Z", "Europe/London", false],
    ["of which it leaves out the end stop as it jumps", hours("00:30", "01:30"), "2026-03-29T00:59:59.999Z", "Europe/London", true],
    ["", hours("00:30", "01:30"), "2026-03-29T01:00:00Z", "Europe/London", false],
    ["that come twice are one period", hours("01:00", "02:00"), "2026-10-25T00:00:00Z", "Europe/London", true],
    ["", hours("01:00", "02:00"), "2026-10-25T01:59:59.999Z", "Europe/London", true],
    ["", hours("01:00", "02:00"), "2026-10-25T02:00:00Z", "Europe/London", false],
    ["within a repeated hour come the first time only", hours("01:30", "01:45"), "2026-10-25T00:30:00Z", "Europe/London", true],
    ["", hours("01:30", "01:45"), "2026-10-25T00:45:00Z", "Europe/London", false],
    ["", hours("01:30", "01:45"), "2026-10-25T01:30:00Z", "Europe/London", false],
    ["over midnight into a night of change", hours("22:00", "02:00"), "2026-10-25T01:59:59Z", "Europe/London", true],
    ["where midnight itself is left out", hours("00:00", "02:00"), "2018-11-04T03:00:00Z", "America/Sao_Paulo", true],
    ["", hours("00:00", "02:00"), "2018-11-04T02:59:59Z", "America/Sao_Paulo", false],
    ["", hours("00:00", "02:00"), "2018-11-04T04:00:00Z", "America/Sao_Paulo", false],
  ])("%s %j at %s in %s: %s", (_, schedule, at, zone, expected) => {
    expect(isOn(schedule, at, { zone })).toBe(expected);
  });
});

describe("moments of the member", () => {
  const born = (birthDate: string) => ({ member: { birthDate } });

  test.each([
    ["day", "1990-06-10", "2026-06-10T00:00:00+08:00", true],
    ["day", "1990-06-10", "2026-06-10T23:59:59+08:00", true],
    ["day", "1990-06-10", "2026-06-11T00:00:00+08:00", false],
    ["day", "2000-02-29", "2027-02-28T12:00:00+08:00", true],
    ["day", "2000-02-29", "2027-03-01T12:00:00+08:00", false],
    ["day", "2000-02-29", "2028-02-28T12:00:00+08:00", false],
    ["day", "2000-02-29", "2028-02-29T12:00:00+08:00", true],
    ["week", "1990-01-01", "2026-12-27T12:00:00+08:00", false],
    ["week", "1990-01-01", "2026-12-28T12:00:00+08:00", true],
    ["week", "1990-01-01", "2027-01-03T23:59:59+08:00", true],
    ["week", "1990-01-01", "2027-01-04T00:00:00+08:00", false],
    ["week", "1990-12-31", "2027-01-02T12:00:00+08:00", true],
    ["week", "2000-02-29", "2027-02-22T12:00:00+08:00", true],
    ["week", "2000-02-29", "2027-03-01T12:00:00+08:00", false],
    ["month", "2000-02-29", "2027-02-01T00:00:00+08:00", true],
    ["month", "2000-02-29", "2027-03-01T00:00:00+08:00", false],
  ])("birthday: %s of %s at %s: %s", (birthday, birthDate, at, expected) => {
    expect(isOn({ birthday }, at, born(birthDate))).toBe(expected);
  });

  test("a birthday over midnight is the day on which the hours begin", () => {
    const party = { birthday: "day", between: { from: "20:00", until: "02:00" } };

    expect(isOn(party, "2026-06-11T01:59:59+08:00", born("1990-06-10"))).toBe(true);
    expect(isOn(party, "2026-06-10T01:00:00+08:00", born("1990-06-10"))).toBe(false);
  });

  test("without a birth date there is no birthday, and the explanation names what is missing", () => {
    expect(barred({ birthday: "week" }, "2026-06-10T12:00:00+08:00")).toEqual({
      kind: "attribute_missing",
      part: "birthday: week",
      path: "member.birthDate",
    });
  });

  test("the explanation does not give the birthday away", () => {
    const schedule = { birthday: "day", between: { from: "20:00", until: "22:00" } };

    expect(barred(schedule, "2026-06-09T20:00:00+08:00", born("1990-06-10"))).toEqual({ kind: "not_scheduled", field: "birthday" });
    expect(barred(schedule, "2026-06-09T19:00:00+08:00", born("1990-06-10"))).toEqual({ kind: "not_scheduled", field: "between" });
  });

  test.each([
    [{ until: 30 }, "2026-01-31T23:59:59+08:00", true],
    [{ until: 30 }, "2026-03-01T23:59:59+08:00", true],
    [{ until: 30 }, "2026-03-02T00:00:00+08:00", false],
    [{ from: 7, until: 14 }, "2026-02-06T23:59:59+08:00", false],
    [{ from: 7, until: 14 }, "2026-02-07T00:00:00+08:00", true],
    [{ from: 7, until: 14 }, "2026-02-14T00:00:00+08:00", false],
  ])("daysAfterJoining: %j of who joined late on 31 January, at %s: %s", (daysAfterJoining, at, expected) => {
    const enrolledAt = new Date("2026-01-31T23:30:00+08:00");

    expect(isOn({ daysAfterJoining }, at, { member: { enrolledAt } })).toBe(expected);
  });
});

describe("a rule that is not on", () => {
  test.each([
    [{ daysOfMonth: [8] }, "2026-08-09T12:00:00+08:00", "daysOfMonth", "2026-09-07T16:00:00.000Z"],
    [{ daysOfMonth: [8], between: { from: "20:00", until: "22:00" } }, "2026-08-08T22:00:00+08:00", "between", "2026-09-08T12:00:00.000Z"],
    [{ daysOfMonth: [8], between: { from: "20:00", until: "22:00" } }, "2026-08-08T19:00:00+08:00", "between", "2026-08-08T12:00:00.000Z"],
    [{ months: [2], weekdays: ["mo"] }, "2026-12-31T12:00:00+08:00", "weekdays", "2027-01-31T16:00:00.000Z"],
    [{ calendar: "spring-festival" }, "2026-02-24T00:00:00+08:00", "calendar", "2027-02-05T16:00:00.000Z"],
  ])("%j at %s: %s does not hold, it begins again at %s", (schedule, at, field, next) => {
    expect(barred(schedule, at, { calendars: FESTIVALS })).toEqual({ kind: "not_scheduled", field, next });
  });

  test("skips hours that a day does not have", () => {
    const schedule = { between: { from: "01:00", until: "02:00" } };

    expect(barred(schedule, "2026-03-28T12:00:00Z", LONDON)).toEqual({
      kind: "not_scheduled",
      field: "between",
      next: "2026-03-30T00:00:00.000Z",
    });
  });

  test("names no start when the rule has ended by then, or none comes within a year", () => {
    const ends = { rule: { until: "2026-09-08T00:00:00+08:00" } };

    expect(barred({ daysOfMonth: [8] }, "2026-08-09T12:00:00+08:00", ends)).toEqual({ kind: "not_scheduled", field: "daysOfMonth" });
    expect(barred({ dates: ["02-29"] }, "2026-03-01T12:00:00+08:00")).toEqual({ kind: "not_scheduled", field: "dates" });
  });

  test("is not judged: its condition is not even asked", () => {
    const rule = { when: "member.attributes.x == 1" };

    expect(barred({ daysOfMonth: [8] }, "2026-08-09T12:00:00+08:00", { rule })).toMatchObject({ kind: "not_scheduled" });
    expect(barred({ daysOfMonth: [9] }, "2026-08-09T12:00:00+08:00", { rule })).toMatchObject({ kind: "attribute_missing" });
  });

  test("may be paused", () => {
    expect(barred({ daysOfMonth: [8] }, "2026-08-08T12:00:00+08:00", { rule: { state: "paused" } })).toEqual({ kind: "paused" });
    expect(barred(undefined, "2026-08-08T12:00:00+08:00", { rule: { state: "paused" } })).toEqual({ kind: "paused" });
    expect(isOn({ daysOfMonth: [8] }, "2026-08-08T12:00:00+08:00", { rule: { state: "active" } })).toBe(true);
  });
});

describe("readsProfile", () => {
  const reads = (schedule: unknown) => programOf({ rules: [{ id: "rule", schedule, effects: [{ kind: "free_shipping" }] }] }).readsProfile;

  test("for a birthday, and for nothing else that a schedule says", () => {
    expect(reads({ birthday: "month" })).toBe(true);
    expect(reads({ daysAfterJoining: { until: 30 }, daysOfMonth: [8] })).toBe(false);
  });
});

describe("a schedule that cannot be", () => {
  function problems(schedule: unknown, calendars: unknown[] = FESTIVALS) {
    try {
      programOf({ calendars, rules: [{ id: "rule", schedule, effects: [{ kind: "free_shipping" }] }] });
    } catch (error) {
      if (error instanceof LoyaltyError) return error.errors.map(({ pointer, detail }) => `${pointer}: ${detail}`);
      throw error;
    }
    return [];
  }

  test.each([
    [{}, "/rules/0/schedule: a schedule says when: at least one field"],
    [{ daysOfMonth: [0] }, "/rules/0/schedule/daysOfMonth/0: days count from 1, or from -1 at the end of the month"],
    [{ nthWeekday: { weekday: "th", nth: 0 } }, "/rules/0/schedule/nthWeekday/nth: the first is 1, the last is -1"],
    [{ dates: ["02-30"] }, "/rules/0/schedule/dates/0: a month and a day that exist: 11-11"],
    [{ dates: ["2026-11-11"] }, "/rules/0/schedule/dates/0: a month and a day that exist: 11-11"],
    [{ between: { from: "24:00", until: "02:00" } }, "/rules/0/schedule/between/from: hours and minutes: 20:00"],
    [{ between: { from: "20:00", until: "20:00" } }, "/rules/0/schedule/between/until: hours end at another time than they begin"],
    [{ daysAfterJoining: { from: 7, until: 7 } }, "/rules/0/schedule/daysAfterJoining/until: the days end after they begin"],
    [{ calendar: "easter" }, '/rules/0/schedule/calendar: the program has no calendar "easter"'],
    [{ cron: "* * * * *" }, "/rules/0/schedule/cron: there is no such field"],
  ])("%j", (schedule, problem) => {
    expect(problems(schedule)).toContain(problem);
  });

  test("nor a calendar that is there twice or ends before it begins", () => {
    const festival = (dates: unknown[]) => ({ id: "festival", dates });
    const schedule = { calendar: "festival" };

    expect(problems(schedule, [festival(["2026-01-01"]), festival(["2026-01-01"])])).toEqual([
      '/calendars/1/id: "festival" stands here twice',
    ]);
    expect(problems(schedule, [festival([{ from: "2026-02-17", until: "2026-02-17" }])])).toEqual([
      "/calendars/0/dates/0/until: the range ends after it begins",
    ]);
  });
});
