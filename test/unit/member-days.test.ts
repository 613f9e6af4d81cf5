import { describe, expect, test } from "vitest";
import { calendarDay, datesComingRound, daysComingRound } from "../../src/core/calendar-day.ts";
import { LoyaltyError } from "../../src/core/errors.ts";
import { dateToDay, dayToDate } from "../../src/core/period.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import { fallsOn } from "../../src/rules/member-days.ts";
import { eventTypeOfDay, type MemberDay } from "../../src/rules/trigger.ts";
import { member, pointsIn, programInput, programOf, traceOf } from "../support/rules.ts";

const ZONE = "Asia/Shanghai";
const shown = (date: string) => calendarDay(dateToDay(date));
const bonus = [{ kind: "bonus_points", wallet: "points", points: 5 }];
const onBirthday = (over: Record<string, unknown> = {}) => ({ id: "rule", on: { day: "birthday" }, effects: bonus, ...over });

function problemsOf(over: Record<string, unknown>): string[] {
  try {
    parseProgram(programInput(over));
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors.map(({ pointer, code, detail }) => `${pointer} ${code}: ${detail}`);
    throw error;
  }
  return [];
}

describe("dates that come round", () => {
  test.each([
    ["2026-06-10", [610]],
    ["2026-02-28", [228, 229]],
    ["2028-02-28", [228]],
    ["2028-02-29", [229]],
    ["2100-02-28", [228, 229]],
  ])("on %s: %s", (today, expected) => {
    expect(datesComingRound(shown(today)).map(({ month, dayOfMonth }) => month * 100 + dayOfMonth)).toEqual(expected);
  });

  test.each([
    ["2026-06-10", "2024-12-31", ["2025-06-10", "2024-06-10"]],
    ["2026-06-10", "2026-01-01", []],
    ["2026-06-10", "2027-01-01", []],
    ["2026-02-28", "2023-05-01", ["2025-02-28", "2024-02-28", "2024-02-29", "2023-02-28"]],
    ["2028-02-29", "2024-01-01", ["2024-02-29"]],
    ["2028-02-28", "2026-01-01", ["2027-02-28", "2026-02-28"]],
  ])("on %s, of days in years from that of %s on: %s", (today, since, expected) => {
    expect(daysComingRound(shown(today), dateToDay(since)).map(dayToDate)).toEqual(expected);
  });
});

describe("a day of a member", () => {
  const falls = (day: MemberDay, on: string, over: { birthDate?: string; enrolledAt?: string }) =>
    fallsOn(day, shown(on), { ...member(), ...over, enrolledAt: new Date(over.enrolledAt ?? "2026-01-01T00:00:00Z") }, ZONE);

  test.each([
    ["birthday", "2026-06-10", { birthDate: "1990-06-10" }, true],
    ["birthday", "2026-06-11", { birthDate: "1990-06-10" }, false],
    ["birthday", "2026-06-10", {}, false],
    ["birthday", "2026-02-28", { birthDate: "1992-02-29" }, true],
    ["birthday", "2028-02-28", { birthDate: "1992-02-29" }, false],
    ["joining", "2026-06-10", { enrolledAt: "2025-06-09T16:00:00Z" }, true],
    ["joining", "2026-06-10", { enrolledAt: "2025-06-09T15:59:59Z" }, false],
    ["joining", "2026-06-10", { enrolledAt: "2026-06-10T00:00:00Z" }, false],
    ["joining", "2025-02-28", { enrolledAt: "2024-02-29T04:00:00Z" }, true],
  ] as const)("%s on %s of %o: %s", (day, on, over, expected) => {
    expect(falls(day, on, over)).toBe(expected);
  });
});

describe("a rule on a day", () => {
  const begins = new Date("2026-06-09T16:00:00Z");
  const decide = (over: Record<string, unknown>, birthDate = "1990-06-10") =>
    programOf({ rules: [onBirthday(over)] }).decideEvent(
      member({ birthDate }),
      { id: "day:birthday:2026:x", type: eventTypeOfDay("birthday"), data: {} },
      begins,
    );

  test("is judged like one on an event, by its audience, schedule and condition", () => {
    expect(pointsIn(decide({ when: "member.birthdayInDays == 0 && local.hour == 0", schedule: { birthday: "day", months: [6] } }))).toBe(5);
    expect(traceOf(decide({ schedule: { months: [7] } }), "rule").reason).toMatchObject({ kind: "not_scheduled", field: "months" });
    expect(traceOf(decide({ audience: { segments: ["press"] } }), "rule").reason).toMatchObject({ kind: "not_in_audience" });
    expect(JSON.stringify(decide({ when: "member.birthDate < '1990'" }))).not.toContain("1990-06-10");
  });

  test("counts on its own, and on no order or event", () => {
    const caps = [{ of: "uses", atMost: 1, for: "member", per: "year" }];
    const program = programOf({ rules: [onBirthday({ caps })] });

    expect(program.countersAt(begins, { type: "day:birthday", data: {} })).toMatchObject([{ for: "member", period: "2026-01-01" }]);
    expect(program.countersAt(begins, { type: "day:joining", data: {} })).toEqual([]);
    expect(program.countersAt(begins)).toEqual([]);
  });

  test.each<[string, Record<string, unknown>, string[]]>([
    ["always", {}, ["birthday"]],
    ["while it is paused", { state: "paused" }, []],
    ["before it begins", { from: "2026-06-10T00:00:01+08:00" }, []],
    ["once it has begun", { from: "2026-06-10T00:00:00+08:00" }, ["birthday"]],
    ["when it is over", { until: "2026-06-10T00:00:00+08:00" }, []],
    ["in another month", { schedule: { months: [7] } }, []],
    ["at hours after midnight", { schedule: { between: { from: "08:00", until: "20:00" } } }, []],
    ["whoever the member is", { audience: { tiers: ["regular"] }, schedule: { birthday: "day" } }, ["birthday"]],
  ])("may set off something %s", (_, over, expected) => {
    expect(programOf({ rules: [onBirthday(over)] }).memberDaysAt(begins)).toEqual(expected);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ["another day", { on: { day: "wedding" } }, "/rules/0/on/day invalid_value"],
    ["a day and more", { on: { day: "birthday", event: "x" } }, "/rules/0/on/event unrecognized_keys"],
    ["the name that its event has", { on: "day:birthday" }, "/rules/0/on invalid_format"],
    ["lines", { lines: "line.net > 1" }, "/rules/0/lines event_has_no_lines"],
    ["a discount", { effects: [{ kind: "discount_percent", percent: 5 }] }, "/rules/0/effects/0/kind effect_needs_order"],
    ["a multiplier", { effects: [{ kind: "points_multiplier", multiplier: 2 }] }, "/rules/0/effects/0/kind effect_needs_order"],
    ["an order in its condition", { when: "order.net > 1" }, "/rules/0/when condition_unknown_variable"],
    ["an event in its condition", { when: "event.id == 'x'" }, "/rules/0/when condition_unknown_variable"],
    ["a cap by data", { caps: [{ of: "uses", atMost: 1, for: "member", each: "x" }] }, "/rules/0/caps/0/each each_without_event"],
  ])("is refused with %s", (_, over, expected) => {
    expect(problemsOf({ rules: [onBirthday(over)] })).toEqual([expect.stringContaining(expected)]);
  });

  test("says what its condition can look at", () => {
    expect(problemsOf({ rules: [onBirthday({ when: "event.id == 'x'" })] })).toEqual([
      expect.stringContaining("a rule on a day looks at its member only"),
    ]);
  });
});

describe("a test case with a day", () => {
  const rules = [
    onBirthday({ when: 'local.date == "2026-06-10" && local.hour == 0' }),
    { ...onBirthday(), id: "years", on: { day: "joining" } },
  ];
  const at = "2026-06-10T20:00:00+08:00";
  const failures = (...tests: Record<string, unknown>[]) =>
    [...runTestCases(programOf({ rules, tests }))].flat().map(({ pointer, detail }) => `${pointer} ${detail}`);

  test("is decided as of the beginning of that local day", () => {
    const born = { birthDate: "1990-06-10" };
    expect(
      failures(
        { name: "born", member: born, at, day: "birthday", expect: { points: { points: 5 }, matched: ["rule"] } },
        { name: "joined", member: { joinedAt: "2020-06-10T12:00:00+08:00" }, at, day: "joining", expect: { matched: ["years"] } },
        { name: "wrong", member: born, at, day: "birthday", expect: { points: { points: 6 } } },
        { name: "other day", member: { birthDate: "1990-06-11" }, at, day: "birthday", expect: { points: { points: 0 } } },
        { name: "unknown", at, day: "birthday", expect: { points: { points: 0 } } },
        { name: "new", at, day: "joining", expect: { points: { points: 0 } } },
      ),
    ).toEqual([
      "/tests/2/expect/points/points wrong: expected 6, got 5: base 0, rule +5",
      "/tests/3/day other day: is not on that day of the member",
      "/tests/4/day unknown: is not on that day of the member",
      "/tests/5/day new: is not on that day of the member",
    ]);
  });

  test("has nothing beside it", () => {
    const tests = [{ name: "both", at, day: "birthday", order: { lines: [{ unitPrice: 1 }] }, expect: { matched: [] } }];

    expect(problemsOf({ rules, tests })).toEqual([expect.stringContaining("/tests/0 order_or_event")]);
  });
});
