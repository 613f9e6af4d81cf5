import { describe, expect, test } from "vitest";
import { parseProgram } from "../../src/programs/compile.ts";
import { diffPrograms } from "../../src/programs/diff.ts";
import { AT, cart, member, pointsIn, programInput, programOf, traceOf } from "../support/rules.ts";

const percentOff = (id: string, percent: number, over: object = {}) => ({ id, effects: [{ kind: "discount_percent", percent }], ...over });
const amountOff = (id: string, amount: number, over: object = {}) => ({ id, effects: [{ kind: "discount_amount", amount }], ...over });
const bonus = (id: string, points: number, over: object = {}) => ({
  id,
  effects: [{ kind: "bonus_points", wallet: "points", points }],
  ...over,
});
const times = (id: string, multiplier: number, over: object = {}) => ({
  id,
  effects: [{ kind: "points_multiplier", multiplier }],
  ...over,
});

const decide = (program: Record<string, unknown>, lines: readonly number[] = [10_000]) =>
  programOf(program).decideOrder(member(), cart(lines), AT);
const applied = (decision: ReturnType<typeof decide>) => decision.trace.filter(({ matched }) => matched).map(({ rule }) => rule);

describe("the sequence of lanes", () => {
  test("is that of the list, whatever the priorities; rules without a lane go last", () => {
    const rules = [
      amountOff("loose", 100, { priority: 9 }),
      percentOff("late", 10, { lane: "b", priority: 5 }),
      amountOff("early", 2000, { lane: "a" }),
    ];

    const { discounts } = decide({ lanes: [{ id: "a" }, { id: "b" }], rules });

    // 2000 off 10000, then 10 % of 8000.
    expect(discounts.map(({ rule, amount }) => [rule, amount])).toEqual([
      ["early", 2000],
      ["late", 800],
      ["loose", 100],
    ]);
  });

  test("holds within a stage: points are given after all discounts", () => {
    const rules = [bonus("bonus", 5, { lane: "a", when: "order.net == 9000" }), percentOff("off", 10, { lane: "b" })];

    expect(pointsIn(decide({ lanes: [{ id: "a" }, { id: "b" }], rules }))).toBe(95);
  });
});

describe("a lane whose first rule wins", () => {
  const lanes = [{ id: "campaigns", winner: "first" }];

  test("gives what the first by priority that gives something gives", () => {
    const rules = [
      amountOff("paused", 1, { lane: "campaigns", priority: 9, state: "paused" }),
      percentOff("nothing", 0, { lane: "campaigns", priority: 8 }),
      amountOff("winner", 300, { lane: "campaigns", priority: 7 }),
      amountOff("larger", 900, { lane: "campaigns" }),
      amountOff("outside", 50),
    ];

    const decision = decide({ lanes, rules });

    expect(decision.discounts.map(({ rule }) => rule)).toEqual(["winner", "outside"]);
    expect(traceOf(decision, "larger").reason).toEqual({ kind: "lane_taken", lane: "campaigns", by: "winner" });
    expect(traceOf(decision, "paused").reason).toEqual({ kind: "paused" });
  });

  test("has one winner over price, points and shipping together, at the turn of the soonest", () => {
    const rules = [bonus("points", 40, { lane: "campaigns", priority: 5 }), amountOff("price", 300, { lane: "campaigns" })];

    const decision = decide({ lanes, rules });

    expect(decision.totals.discount).toBe(0);
    expect(pointsIn(decision)).toBe(140);
    expect(traceOf(decision, "price").reason).toEqual({ kind: "lane_taken", lane: "campaigns", by: "points" });
  });
});

describe("a lane that compares", () => {
  const wallets = [{ id: "points", worth: { points: 100, amount: 150 } }];
  const laneOf = (winner: string) => [{ id: "campaigns", winner }];
  const inLane = { lane: "campaigns" };

  test.each([
    ["best_for_member", "much"],
    ["least_cost", "little"],
  ])("%s: what each gives is tried on what is left at the lane's turn", (winner, expected) => {
    const rules = [
      amountOff("before", 5000, { lane: "first" }),
      percentOff("much", 20, inLane), // 1000 of the 5000 that are left
      amountOff("little", 900, inLane),
    ];

    const decision = decide({ lanes: [{ id: "first" }, ...laneOf(winner)], rules });

    expect(applied(decision)).toEqual(["tier:regular", "before", expected]);
    expect(decision.totals.net).toBe(expected === "much" ? 4000 : 4100);
  });

  test("points count with their worth: 100 more are 150, more than 149 off and less than 151", () => {
    const against = (amount: number) =>
      applied(decide({ wallets, lanes: laneOf("best_for_member"), rules: [times("double", 2, inLane), amountOff("off", amount, inLane)] }));

    expect(against(149)).toContain("double");
    expect(against(151)).toContain("off");
  });

  test("equal worth is decided by points, then priority, then id", () => {
    const even = (rules: object[]) => applied(decide({ wallets, lanes: laneOf("best_for_member"), rules })).slice(1);

    expect(even([amountOff("a-off", 150, inLane), bonus("points", 100, inLane)])).toEqual(["points"]);
    expect(even([amountOff("a", 150, inLane), amountOff("b", 150, { ...inLane, priority: 1 })])).toEqual(["b"]);
    expect(even([amountOff("b", 150, inLane), amountOff("a", 150, inLane)])).toEqual(["a"]);
  });

  test("the shipping that a rule takes off counts as money", () => {
    const rules = [{ id: "free", effects: [{ kind: "free_shipping" }], ...inLane }, amountOff("off", 999, inLane)];

    const decision = decide({ lanes: laneOf("best_for_member"), rules });

    expect(decision.totals).toMatchObject({ discount: 0, shipping: 0, payable: 10_000 });
    expect(traceOf(decision, "off").reason).toEqual({ kind: "lane_taken", lane: "campaigns", by: "free" });
  });

  test("the least cost is above 0: a gift costs nothing here, and points that are taken away are no cost", () => {
    const gift = { id: "a-gift", effects: [{ kind: "gift", sku: "tote" }], ...inLane };

    const decision = decide({
      wallets,
      lanes: laneOf("least_cost"),
      rules: [gift, times("half", 0.5, inLane), amountOff("off", 10, inLane)],
    });

    expect(applied(decision)).toEqual(["tier:regular", "off"]);
    expect(applied(decide({ lanes: laneOf("least_cost"), rules: [gift] }))).toContain("a-gift");
  });

  test("losers leave nothing behind", () => {
    const both = {
      effects: [
        { kind: "discount_percent", percent: 10 },
        { kind: "bonus_points", wallet: "points", points: 7 },
        { kind: "gift", sku: "pen" },
      ],
    };
    const rules = [{ id: "loser", ...both, ...inLane }, percentOff("winner", 50, inLane)];

    const decision = decide({ lanes: laneOf("best_for_member"), rules });

    expect(decision.totals.net).toBe(5000);
    expect(pointsIn(decision)).toBe(50);
    expect(decision.effects).toEqual([]);
    expect(traceOf(decision, "loser")).toEqual({
      rule: "loser",
      label: "loser",
      matched: false,
      reason: { kind: "lane_taken", lane: "campaigns", by: "winner" },
      gave: [],
    });
  });
});

describe("stacking on the list price", () => {
  test("computes on the gross of each line, and takes no line below 0", () => {
    const rules = [amountOff("first", 6000, { priority: 9, lines: "line.line == 1" }), percentOff("second", 50, { stacking: "list" })];

    const { lines, discounts } = decide({ rules }, [10_000, 3000]);

    // 50 % of 10000 is 5000, of which 4000 are left; 50 % of 3000.
    expect(discounts[1]).toEqual({
      rule: "second",
      label: "second",
      amount: 5500,
      lines: [
        { line: 1, amount: 4000 },
        { line: 2, amount: 1500 },
      ],
    });
    expect(lines.map(({ net }) => net)).toEqual([0, 1500]);
  });

  test("without it, on what is left", () => {
    const rules = [amountOff("first", 6000, { priority: 9 }), percentOff("second", 50)];

    expect(decide({ rules }).totals.net).toBe(2000);
  });
});

describe("lanes in a program's file", () => {
  const problems = (over: Record<string, unknown>) => {
    try {
      parseProgram(programInput(over));
    } catch (error) {
      return (error as { errors: { pointer: string; code: string }[] }).errors.map(({ pointer, code }) => `${pointer} ${code}`);
    }
    return [];
  };

  test("are named once, are there, and compare at most 100 rules", () => {
    const many = Array.from({ length: 101 }, (_, n) => amountOff(`rule-${n}`, 1, { lane: "wide" }));

    expect(problems({ lanes: [{ id: "a" }, { id: "a" }], rules: [amountOff("x", 1, { lane: "b" })] })).toEqual([
      "/lanes/1/id repeated",
      "/rules/0/lane unknown_lane",
    ]);
    expect(problems({ lanes: [{ id: "wide", winner: "least_cost" }], rules: many })).toEqual(["/lanes/0/winner lane_too_large"]);
    expect(problems({ lanes: [{ id: "wide", winner: "first" }], rules: many })).toEqual([]);
    expect(problems({ lanes: [{ id: "a", winner: "last" }] })).toEqual(["/lanes/0/winner invalid_value"]);
  });

  test("are told in words when they change or change places", () => {
    const [before, after] = [
      [{ id: "a" }, { id: "b" }],
      [{ id: "b" }, { id: "a", winner: "first" }],
    ].map((lanes) => parseProgram(programInput({ lanes })));

    expect(after && diffPrograms(before, after)).toEqual(["lane a: winner first (new)", "lanes in the order a, b → b, a"]);
  });
});
