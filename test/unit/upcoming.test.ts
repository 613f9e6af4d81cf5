import { describe, expect, test } from "vitest";
import { parseProgram } from "../../src/programs/compile.ts";
import { programInput, programOf } from "../support/rules.ts";

const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];
const announce = { daysAhead: 3 };
const ruleOf = (over: Record<string, unknown>) => ({ id: "rule", announce, effects, ...over });

/** Starts that are announced at an instant, in Shanghai time. */
function upcoming(at: string, over: Record<string, unknown>, program: Record<string, unknown> = {}): string[] {
  const { upcoming } = programOf({ ...program, rules: [ruleOf(over)] });
  return upcoming(new Date(at)).map(({ startsAt }) => new Date(startsAt + 8 * 3_600_000).toISOString().slice(0, 16));
}

describe("starts that are announced", () => {
  test("begin to be announced as the local day begins that is so many days before", () => {
    const from = "2026-06-10T20:00:00+08:00";

    expect(upcoming("2026-06-06T23:59:59.999+08:00", { from })).toEqual([]);
    expect(upcoming("2026-06-07T00:00:00+08:00", { from })).toEqual(["2026-06-10T20:00"]);
    expect(upcoming("2026-06-10T19:59:59+08:00", { from })).toEqual(["2026-06-10T20:00"]);
    expect(upcoming("2026-06-10T20:00:00+08:00", { from })).toEqual([]);
  });

  test("are the next opening of a schedule, also while it is open", () => {
    const schedule = { daysOfMonth: [8, 10], between: { from: "20:00", until: "22:00" } };

    expect(upcoming("2026-06-08T12:00:00+08:00", { schedule })).toEqual(["2026-06-08T20:00"]);
    expect(upcoming("2026-06-08T20:30:00+08:00", { schedule })).toEqual(["2026-06-10T20:00"]);
    expect(upcoming("2026-06-10T20:30:00+08:00", { schedule })).toEqual([]);
  });

  test("are one for days that follow each other, and never in the midst of them", () => {
    const schedule = { calendar: "festival" };
    const calendars = [{ id: "festival", dates: [{ from: "2027-02-05", until: "2027-02-12" }, "2027-02-14"] }];

    expect(upcoming("2027-02-03T12:00:00+08:00", { schedule }, { calendars })).toEqual(["2027-02-05T00:00"]);
    expect(upcoming("2027-02-06T12:00:00+08:00", { schedule }, { calendars })).toEqual([]);
    expect(upcoming("2027-02-11T12:00:00+08:00", { schedule }, { calendars })).toEqual(["2027-02-14T00:00"]);
  });

  test("lie between `from` and `until`", () => {
    const schedule = { weekdays: ["sa"] };

    // 13 June 2026 is a Saturday.
    expect(upcoming("2026-06-11T12:00:00+08:00", { schedule })).toEqual(["2026-06-13T00:00"]);
    expect(upcoming("2026-06-11T12:00:00+08:00", { schedule, from: "2026-06-13T10:00:00+08:00" })).toEqual(["2026-06-13T10:00"]);
    expect(upcoming("2026-06-11T12:00:00+08:00", { schedule, from: "2026-06-14T00:00:00+08:00" })).toEqual([]);
    expect(upcoming("2026-06-11T12:00:00+08:00", { schedule, until: "2026-06-13T00:00:00+08:00" })).toEqual([]);
  });

  test("are none of a rule that is paused or a draft", () => {
    const from = "2026-06-10T20:00:00+08:00";

    expect(upcoming("2026-06-08T00:00:00+08:00", { from, state: "paused" })).toEqual([]);
    expect(upcoming("2026-06-08T00:00:00+08:00", { from, state: "draft" })).toEqual([]);
  });

  test.each([
    [{}, "announce_without_start"],
    [{ schedule: { birthday: "day" } }, "announce_of_member"],
    [{ schedule: { daysAfterJoining: { until: 30 } } }, "announce_of_member"],
  ])("are refused for %j, which has none for all members", (over, code) => {
    expect(() => parseProgram(programInput({ rules: [ruleOf(over)] }))).toThrow(
      expect.objectContaining({ errors: [expect.objectContaining({ pointer: "/rules/0/announce", code })] }),
    );
  });
});
