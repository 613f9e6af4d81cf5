import { describe, expect, test } from "vitest";
import type { LoyaltyError } from "../../src/core/errors.ts";
import { rewardView } from "../../src/rewards/catalogue.ts";
import { type RewardFacts, reasonsAgainst } from "../../src/rewards/reasons.ts";
import { NOTHING_USED } from "../../src/rules/limits/counter.ts";
import { programOf } from "../support/rules.ts";

const CALENDARS = [{ id: "festival", dates: ["2026-09-25"] }];
/** A program of Shanghai with one reward, which has a stock of one. */
const withReward = (over: Record<string, unknown>) =>
  programOf({
    calendars: CALENDARS,
    rewards: [
      {
        id: "bag",
        label: "Bag",
        price: [{ wallet: "points", points: 100 }],
        gives: { kind: "product", sku: "BAG" },
        stock: [{ atMost: 1 }],
        ...over,
      },
    ],
  });

function rewardOf(program: ReturnType<typeof withReward>) {
  const [reward] = program.definition.rewards ?? [];
  if (reward === undefined) throw new Error("the program has one reward");
  return reward;
}

/** What keeps an active member with enough points from it; the member joined on 1 March. */
function reasons(over: Record<string, unknown>, at: string, facts: Partial<RewardFacts> = {}) {
  const program = withReward(over);
  return reasonsAgainst(rewardOf(program), program, {
    now: Date.parse(at),
    status: "active",
    tier: "regular",
    segments: [],
    enrolledAt: new Date("2026-03-01T12:00:00+08:00"),
    available: () => 100,
    used: NOTHING_USED,
    ...facts,
  });
}

/** How it stands in the catalogue. */
function standing(over: Record<string, unknown>, at: string, used = 0) {
  const program = withReward(over);
  const { state, schedule } = rewardView(rewardOf(program), program, new Date(at), { used: () => used });
  return { state, schedule };
}

describe("a reward with a schedule", () => {
  test("can be had from local midnight of its day to the next, and else says when", () => {
    const member8th = { schedule: { daysOfMonth: [8] } };
    expect(reasons(member8th, "2026-03-07T15:59:59.999Z")).toEqual([
      { code: "not_scheduled", field: "daysOfMonth", next: "2026-03-07T16:00:00.000Z" },
    ]);
    expect(reasons(member8th, "2026-03-07T16:00:00Z")).toEqual([]);
    expect(reasons(member8th, "2026-03-08T15:59:59.999Z")).toEqual([]);
    expect(reasons(member8th, "2026-03-08T16:00:00Z")).toEqual([
      { code: "not_scheduled", field: "daysOfMonth", next: "2026-04-07T16:00:00.000Z" },
    ]);
  });

  test("goes by hours over midnight, recurrence rules and calendars of the program", () => {
    const evenings = { schedule: { weekdays: ["fr"], between: { from: "22:00", until: "02:00" } } };
    expect(reasons(evenings, "2026-03-06T22:00:00+08:00")).toEqual([]);
    expect(reasons(evenings, "2026-03-07T01:59:59+08:00")).toEqual([]);
    expect(reasons(evenings, "2026-03-07T02:00:00+08:00")).toMatchObject([{ field: "weekdays", next: "2026-03-13T14:00:00.000Z" }]);
    expect(reasons({ schedule: { rrule: "FREQ=MONTHLY;BYDAY=2TH" } }, "2026-03-11T12:00:00+08:00")).toMatchObject([
      { field: "rrule", next: "2026-03-11T16:00:00.000Z" },
    ]);
    expect(reasons({ schedule: { calendar: "festival" } }, "2026-03-11T12:00:00+08:00")).toMatchObject([
      { field: "calendar", next: "2026-09-24T16:00:00.000Z" },
    ]);
  });

  test("names no time at which it will have ended, and no time to come within a year is null", () => {
    const until = { schedule: { daysOfMonth: [8] }, until: "2026-04-08T00:00:00+08:00" };
    expect(reasons(until, "2026-03-09T12:00:00+08:00")).toEqual([{ code: "not_scheduled", field: "daysOfMonth", next: null }]);
    expect(reasons({ schedule: { dates: ["02-29"] } }, "2026-03-09T12:00:00+08:00")).toMatchObject([{ next: null }]);
  });

  test("says only that it has not begun, or has ended, outside of `from` and `until`", () => {
    const bounded = { schedule: { daysOfMonth: [8] }, from: "2026-04-01T00:00:00Z", until: "2026-06-01T00:00:00Z" };
    expect(reasons(bounded, "2026-03-10T00:00:00Z")).toEqual([{ code: "not_started", from: "2026-04-01T00:00:00.000Z" }]);
    expect(reasons(bounded, "2026-06-10T00:00:00Z")).toEqual([{ code: "ended", until: "2026-06-01T00:00:00.000Z" }]);
  });

  test("may be for the birthday or the first days of a member, of which no time is told", () => {
    const birthday = { schedule: { birthday: "day" } };
    const at = "2026-02-28T12:00:00+08:00";
    expect(reasons(birthday, at, { birthDate: "1992-02-29" })).toEqual([]);
    expect(reasons(birthday, at, { birthDate: "1992-03-01" })).toEqual([{ code: "not_scheduled", field: "birthday", next: null }]);
    expect(reasons(birthday, at)).toEqual([{ code: "attribute_missing", path: "member.birthDate" }]);
    const firstDays = { schedule: { daysAfterJoining: { until: 7 } } };
    expect(reasons(firstDays, "2026-03-07T23:59:59+08:00")).toEqual([]);
    expect(reasons(firstDays, "2026-03-08T00:00:00+08:00")).toEqual([{ code: "not_scheduled", field: "daysAfterJoining", next: null }]);
  });

  test("is barred by the schedule first, and by all else too", () => {
    expect(
      reasons({ schedule: { daysOfMonth: [8] } }, "2026-03-07T12:00:00+08:00", { available: () => 40 }).map(({ code }) => code),
    ).toEqual(["not_scheduled", "insufficient_points"]);
  });
});

describe("the catalogue", () => {
  const member8th = { schedule: { daysOfMonth: [8] } };
  const next = "2026-03-07T16:00:00.000Z";

  test.each([
    ["closed, with its next time", member8th, "2026-03-07T12:00:00+08:00", 0, "not_scheduled", { isOpen: false, next }],
    ["open", member8th, "2026-03-08T12:00:00+08:00", 0, "available", { isOpen: true, next: null }],
    ["closed before it is out of stock", member8th, "2026-03-07T12:00:00+08:00", 1, "not_scheduled", { isOpen: false, next }],
    ["open and out of stock", member8th, "2026-03-08T12:00:00+08:00", 1, "out_of_stock", { isOpen: true, next: null }],
    [
      "first open after it begins",
      { ...member8th, from: "2026-03-09T00:00:00+08:00" },
      "2026-03-08T12:00:00+08:00",
      0,
      "upcoming",
      { isOpen: false, next: "2026-04-07T16:00:00.000Z" },
    ],
    [
      "open as it begins",
      { ...member8th, from: "2026-03-08T12:00:00+08:00" },
      "2026-03-08T11:00:00+08:00",
      0,
      "upcoming",
      { isOpen: false, next: "2026-03-08T04:00:00.000Z" },
    ],
    ["over", { ...member8th, until: "2026-03-08T12:00:00+08:00" }, "2026-03-08T12:00:00+08:00", 0, "ended", { isOpen: false, next: null }],
    ["open for some", { schedule: { birthday: "day" } }, "2026-03-08T12:00:00+08:00", 0, "available", { isOpen: true, next: null }],
    [
      "to begin for some",
      { schedule: { birthday: "day" }, from: "2026-03-09T00:00:00+08:00" },
      "2026-03-08T12:00:00+08:00",
      0,
      "upcoming",
      { isOpen: false, next: null },
    ],
    ["without a schedule", {}, "2026-03-08T12:00:00+08:00", 0, "available", null],
  ])("shows one that is %s", (_, over, at, used, state, schedule) => {
    expect(standing(over, at, used)).toEqual({ state, schedule });
  });
});

describe("a program is refused whose reward has a schedule", () => {
  const problems = (schedule: Record<string, unknown>): string[] => {
    try {
      withReward({ schedule });
      return [];
    } catch (error) {
      return (error as LoyaltyError).errors.map(({ pointer, code }) => `${pointer} ${code}`);
    }
  };

  test.each([
    ["of a calendar that there is not", { calendar: "easter" }, "/rewards/0/schedule/calendar unknown_calendar"],
    ["with a recurrence rule that is none", { rrule: "FREQ=HOURLY" }, "/rewards/0/schedule/rrule rrule_invalid"],
    ["with a start and no rule for it", { weekdays: ["mo"], dtstart: "2026-03-02" }, "/rewards/0/schedule/dtstart custom"],
  ])("%s", (_, schedule, expected) => {
    expect(problems(schedule)).toEqual([expected]);
  });
});
