import { describe, expect, test } from "vitest";
import { windowKey } from "../../src/core/metric-window.ts";
import { dateToDay } from "../../src/core/period.ts";
import type { MemberDraft } from "../../src/members/member-draft.ts";
import { moveActivity } from "../../src/tiers/move-activity.ts";
import { countsOrderMonths, markOrderMonths, recordOrders } from "../../src/tiers/order-months.ts";
import { activityKey } from "../../src/tiers/window-state.ts";
import { recordActivity, rollWindows, sumsBefore, sumWindows, windowSpanDays, windowSumsAt } from "../../src/tiers/windows.ts";
import { draftOf } from "../support/drafts.ts";
import { programOf } from "../support/rules.ts";

const day = dateToDay;
const WINDOWS = [windowKey("spend", "3d"), windowKey("spend", "month"), windowKey("spend", "lifetime"), windowKey("orders", "3d")];

/** A member who spent this on these days; the sums stand as of `asOf`. */
function spender(spent: Record<string, number>, asOf: string): MemberDraft {
  const draft = draftOf([]);
  for (const [date, amount] of Object.entries(spent)) recordActivity(draft, WINDOWS, day(date), "spend", amount);
  rollWindows(draft, WINDOWS, day(asOf));
  return draft;
}

const spendSums = (draft: MemberDraft) => ["spend@3d", "spend@month", "spend@lifetime"].map((key) => draft.windows?.sums[key]);

describe("recordActivity", () => {
  test("keeps what a day has, and what of it is not stored yet", () => {
    const draft = draftOf([]);
    draft.activity.set(activityKey(day("2026-03-10"), "spend"), { day: day("2026-03-10"), metric: "spend", amount: 100, added: 0 });

    recordActivity(draft, WINDOWS, day("2026-03-10"), "spend", 50);
    recordActivity(draft, WINDOWS, day("2026-03-11"), "spend", 7);
    recordActivity(draft, WINDOWS, day("2026-03-12"), "spend", 0);

    expect([...draft.activity.values()]).toEqual([
      { day: day("2026-03-10"), metric: "spend", amount: 150, added: 50 },
      { day: day("2026-03-11"), metric: "spend", amount: 7, added: 7 },
    ]);
    expect(draft.windows).toBeNull();
  });

  test.each([
    ["2026-03-12", [5, 5, 5]],
    ["2026-03-10", [5, 5, 5]],
    ["2026-03-09", [0, 5, 5]],
    ["2026-03-01", [0, 5, 5]],
    ["2026-02-28", [0, 0, 5]],
    ["2026-03-13", [0, 5, 5]],
    ["2026-04-01", [0, 0, 5]],
  ])("on %s counts in the windows that hold that day", (date, sums) => {
    const draft = spender({}, "2026-03-12");

    recordActivity(draft, WINDOWS, day(date), "spend", 5);

    expect(spendSums(draft)).toEqual(sums);
    expect(draft.windows?.sums["orders@3d"]).toBe(0);
  });

  test("takes back what is below 0, and refuses a sum that no number holds", () => {
    const draft = spender({ "2026-03-12": Number.MAX_SAFE_INTEGER }, "2026-03-12");

    expect(() => recordActivity(draft, WINDOWS, day("2026-03-11"), "spend", 1)).toThrow(
      expect.objectContaining({ code: "amount_out_of_range", details: { metric: "spend" } }),
    );
    recordActivity(draft, WINDOWS, day("2026-03-12"), "spend", -1);
    expect(spendSums(draft)).toEqual(Array(3).fill(Number.MAX_SAFE_INTEGER - 1));
  });

  test("a window that no sum stands for yet begins with nothing", () => {
    const draft = draftOf([]);
    draft.windows = { day: day("2026-03-12"), sums: {} };

    recordActivity(draft, WINDOWS, day("2026-03-12"), "orders", 2);

    expect(draft.windows.sums).toEqual({ "orders@3d": 2 });
  });
});

describe("rollWindows", () => {
  const spent = { "2026-03-29": 1, "2026-03-30": 10, "2026-03-31": 100 };

  test.each([
    ["2026-03-31", [111, 111, 111]],
    ["2026-04-01", [110, 0, 111]],
    ["2026-04-02", [100, 0, 111]],
    ["2026-04-03", [0, 0, 111]],
    ["2026-12-03", [0, 0, 111]],
  ])("to %s leaves out what has left a window", (date, sums) => {
    const draft = spender(spent, "2026-03-31");

    rollWindows(draft, WINDOWS, day(date));

    expect(spendSums(draft)).toEqual(sums);
    expect(draft.windows?.day).toBe(day(date));
  });

  test("to an earlier day or the same changes nothing", () => {
    const draft = spender(spent, "2026-03-31");
    const before = draft.windows;

    rollWindows(draft, WINDOWS, day("2026-03-30"));
    rollWindows(draft, WINDOWS, day("2026-03-31"));

    expect(draft.windows).toBe(before);
  });

  test("a sum that is new begins with nothing and loses nothing below it", () => {
    const draft = spender({}, "2026-03-10");
    draft.windows = { day: day("2026-03-10"), sums: {} };

    rollWindows(draft, WINDOWS, day("2026-03-11"));
    expect(spendSums(draft)).toEqual([0, 0, 0]);
    draft.windows = { day: day("2026-03-10"), sums: {} };
    rollWindows(draft, WINDOWS, day("2026-05-11"));

    expect(spendSums(draft)).toEqual([0, 0, 0]);
  });
});

describe("windowSumsAt", () => {
  const spent = { "2026-03-08": 1, "2026-03-09": 10, "2026-03-10": 100, "2026-03-11": 1000 };

  test.each([
    ["2026-03-08", [1, 1, 1]],
    ["2026-03-10", [111, 111, 111]],
    ["2026-03-11", [1110, 1111, 1111]],
    ["2026-03-12", [1100, 1111, 1111]],
  ])("as of %s", (date, [days, month, lifetime]) => {
    const sums = windowSumsAt(spender(spent, "2026-03-11"), WINDOWS, day(date));

    expect(sums).toEqual({ "spend@3d": days, "spend@month": month, "spend@lifetime": lifetime, "orders@3d": 0 });
  });

  test("of an earlier day leave the running sums as they are", () => {
    const draft = spender(spent, "2026-03-11");
    windowSumsAt(draft, WINDOWS, day("2026-03-09"));
    expect(draft.windows?.day).toBe(day("2026-03-11"));

    draft.windows = { day: day("2026-03-11"), sums: {} };
    expect(windowSumsAt(draft, WINDOWS, day("2026-03-10"))["spend@lifetime"]).toBe(-1000);
  });

  test("begin with all activity where none stand yet", () => {
    const draft = draftOf([]);
    recordActivity(draft, WINDOWS, day("2026-03-10"), "spend", 5);
    expect(windowSumsAt(draft, WINDOWS, day("2026-03-11"))).toMatchObject({ "spend@3d": 5, "orders@3d": 0 });
  });
});

describe("sumsBefore", () => {
  const running = WINDOWS.slice(0, 1);

  test("knows those that run, sums the others, and says nothing of what nobody reads", () => {
    const draft = spender({ "2026-03-01": 10, "2026-03-10": 1, "2026-02-28": 100 }, "2026-03-10");

    expect(sumsBefore(draft, { read: WINDOWS, running }, day("2026-03-10"))).toEqual({
      "spend@3d": 1,
      "spend@month": 11,
      "spend@lifetime": 111,
      "orders@3d": 0,
    });
    expect(sumsBefore(draft, { read: running, running }, day("2026-03-10"))).toEqual({ "spend@3d": 1 });
    expect(sumsBefore(draft, { read: [], running }, day("2026-03-10"))).toEqual({});
  });

  test("a sum that runs is taken as it stands", () => {
    const draft = spender({ "2026-03-10": 1 }, "2026-03-10");
    draft.windows = { day: day("2026-03-10"), sums: { "spend@3d": 77 } };

    expect(sumsBefore(draft, { read: running, running }, day("2026-03-10"))).toEqual({ "spend@3d": 77 });
    draft.windows = { day: day("2026-03-10"), sums: {} };
    expect(sumsBefore(draft, { read: running, running }, day("2026-03-10"))).toEqual({ "spend@3d": 0 });
  });
});

test("sumWindows adds up the days of each window, the day itself included and later ones not", () => {
  const rows = ["2026-03-07", "2026-03-08", "2026-03-10", "2026-03-11"].map((date, index) => ({
    day: day(date),
    metric: "spend",
    amount: 10 ** index,
    added: 0,
  }));

  expect(sumWindows([...rows, { day: day("2026-03-10"), metric: "orders", amount: 4, added: 0 }], WINDOWS, day("2026-03-10"))).toEqual({
    day: day("2026-03-10"),
    sums: { "spend@3d": 110, "spend@month": 111, "spend@lifetime": 111, "orders@3d": 4 },
  });
});

test.each([
  ["lifetime", 0],
  ["month", 31],
  ["quarter", 92],
  ["year", 366],
  ["30d", 30],
])("the window %s reaches back %i days", (window, days) => {
  expect(windowSpanDays(window)).toBe(days);
});

const criterion = (metric: string, window: string) => ({ metric, window, atLeast: 2 });
const counting = (...metrics: string[]) =>
  programOf({
    tiers: [{ id: "regular" }, { id: "gold", qualification: { any: metrics.map((metric) => criterion(metric, "lifetime")) } }],
  });

describe("months with an order", () => {
  const program = counting("orders", "order_months");
  const recorded = (draft: MemberDraft, metric: string) =>
    [...draft.activity.values()].flatMap((row) => (row.metric === metric && row.amount !== 0 ? [[row.day, row.amount]] : []));

  test("are counted by programs that ask for them", () => {
    expect(countsOrderMonths(program)).toBe(true);
    expect(countsOrderMonths(counting("orders"))).toBe(false);
    const draft = draftOf([]);

    recordOrders(draft, counting("orders"), day("2026-03-10"), 1);

    expect(recorded(draft, "order_months")).toEqual([]);
    expect(recorded(draft, "orders")).toEqual([[day("2026-03-10"), 1]]);
  });

  test("begin with the first order of the month and end with its last return", () => {
    const draft = draftOf([]);
    const marked = () => recorded(draft, "order_months");
    recordOrders(draft, program, day("2026-03-31"), 1);
    expect(marked()).toEqual([[day("2026-03-01"), 1]]);
    recordOrders(draft, program, day("2026-03-01"), 1);
    recordOrders(draft, program, day("2026-04-01"), 1);
    expect(marked()).toEqual([
      [day("2026-03-01"), 1],
      [day("2026-04-01"), 1],
    ]);

    recordOrders(draft, program, day("2026-03-31"), -1);
    expect(marked()).toHaveLength(2);
    recordOrders(draft, program, day("2026-03-01"), -1);
    expect(marked()).toEqual([[day("2026-04-01"), 1]]);
  });

  test("end also where the month before still has one", () => {
    const draft = draftOf([]);
    for (const [date, count] of [
      ["2026-03-31", 1],
      ["2026-04-02", 1],
      ["2026-04-02", -1],
    ] as const)
      recordOrders(draft, program, day(date), count);
    expect(recorded(draft, "order_months")).toEqual([[day("2026-03-01"), 1]]);
  });

  test("are marked for a program that has not counted them before", () => {
    const row = (date: string, metric: string, amount: number) =>
      [activityKey(day(date), metric), { day: day(date), metric, amount, added: 0 }] as const;
    const activity = new Map([
      row("2026-03-10", "orders", 2),
      row("2026-03-20", "orders", -1),
      row("2026-04-02", "orders", 1),
      row("2026-04-03", "orders", -1),
      row("2026-05-05", "spend", 9),
      row("2026-06-01", "order_months", 1),
      row("2026-06-05", "orders", 1),
      row("2026-07-01", "order_months", 1),
      row("2026-07-05", "orders", 0),
    ]);
    const before = activity.size;

    markOrderMonths(activity);

    expect(activity.get(activityKey(day("2026-03-01"), "order_months"))).toEqual({
      day: day("2026-03-01"),
      metric: "order_months",
      amount: 1,
      added: 1,
    });
    expect(activity.get(activityKey(day("2026-06-01"), "order_months"))).toMatchObject({ amount: 1, added: 0 });
    expect(activity.get(activityKey(day("2026-07-01"), "order_months"))).toMatchObject({ amount: 0, added: -1 });
    expect(activity.size).toBe(before + 1);
  });
});

describe("moveActivity", () => {
  const program = counting("orders", "order_months");
  const today = day("2026-04-10");
  const sums = (draft: MemberDraft) => [draft.windows?.sums["orders@lifetime"], draft.windows?.sums["order_months@lifetime"]];

  test("counts for the other from now on, a month of both once", () => {
    const [from, to] = [draftOf([]), draftOf([])];
    recordOrders(from, program, day("2026-03-05"), 1);
    recordOrders(from, program, day("2026-02-05"), 2);
    recordOrders(to, program, day("2026-03-20"), 1);

    moveActivity(
      from,
      to,
      [...from.activity.values()].map((row) => ({ ...row })),
      program,
      today,
    );

    expect(sums(from)).toEqual([0, 0]);
    expect(sums(to)).toEqual([4, 2]);
    expect(to.windows?.day).toBe(today);
  });

  test("of nothing touches nothing", () => {
    const [from, to] = [draftOf([]), draftOf([])];
    moveActivity(from, to, [], program, today);
    expect([from.windows, to.windows]).toEqual([null, null]);
  });
});
