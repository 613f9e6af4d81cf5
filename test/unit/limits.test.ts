import { describe, expect, test } from "vitest";
import type { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import type { Decision } from "../../src/rules/decision.ts";
import { periodStart } from "../../src/rules/limits/counter.ts";
import { AT, cart, line, member, pointsIn, programInput, programOf, traceOf } from "../support/rules.ts";
import { counterBook } from "../support/used-counters.ts";

const off = (percent: number) => ({ kind: "discount_percent", percent });
const bonus = (points: number) => ({ kind: "bonus_points", wallet: "points", points });
const times = (multiplier: number) => ({ kind: "points_multiplier", multiplier });

/** A program whose only rule has these limits and effects, and the counters of 15 March 2026. */
function ruled(rule: Record<string, unknown>, over: Record<string, unknown> = {}) {
  const program = programOf({ rules: [{ id: "rule", ...rule }], ...over });
  const book = counterBook(program, AT);
  const decide = (lines: Parameters<typeof cart>[0], facts = {}) => program.decideOrder(member(), cart(lines, facts), AT, book);
  return { program, book, decide, place: (lines: Parameters<typeof cart>[0]) => taken(decide(lines)) };

  function taken(decision: Decision): Decision {
    book.take(decision.uses ?? []);
    return decision;
  }
}

describe("a cap on an order", () => {
  test("cuts money, spread by largest remainder over the lines by what the rule took from each", () => {
    const { decide } = ruled({ caps: [{ of: "money", atMost: 100, for: "order" }], effects: [off(10)] });

    const decision = decide([1000, 1000, 1000]);

    expect(decision.discounts).toEqual([
      {
        rule: "rule",
        label: "rule",
        amount: 100,
        lines: [
          { line: 1, amount: 34 },
          { line: 2, amount: 33 },
          { line: 3, amount: 33 },
        ],
      },
    ]);
    expect(decision.lines.map(({ net }) => net)).toEqual([966, 967, 967]);
    expect(traceOf(decision, "rule").gave).toEqual([
      { kind: "discount_percent", amount: 300, lines: [1, 2, 3] },
      { kind: "limited", cut: 200, limit: { kind: "cap", of: "money", for: "order", atMost: 100, used: 0 } },
    ]);
    expect(decision.uses).toBeUndefined();
  });

  test("gives the shipping back before the price", () => {
    const effects = [off(10), { kind: "free_shipping" }];
    const { decide } = ruled({ caps: [{ of: "money", atMost: 700, for: "order" }], effects });

    const decision = decide([5000]);

    expect(decision.totals).toMatchObject({ discount: 500, shipping: 800 });
    expect(decision.effects).toEqual([{ kind: "reduced_shipping", rule: "rule", label: "rule", amount: 200 }]);
    expect(decide([9000]).totals).toMatchObject({ discount: 700, shipping: 1000 });
    expect(decide([9000]).effects).toEqual([]);
  });

  test("cuts points, which are computed by themselves: what the multiplier adds, and the bonus", () => {
    const { decide } = ruled({ caps: [{ of: "points", atMost: 120, for: "order" }], effects: [times(2), bonus(30)] });

    const decision = decide([9950]);

    // 99 of the base; 99 and 30 more, of which 120 are left.
    expect(pointsIn(decision)).toBe(219);
    expect(traceOf(decision, "rule").gave.at(-1)).toEqual({
      kind: "limited",
      wallet: "points",
      cut: 9,
      limit: { kind: "cap", of: "points", for: "order", wallet: "points", atMost: 120, used: 0 },
    });
    expect(pointsIn(decide([8000]))).toBe(80 + 80 + 30);
  });

  test("never cuts what takes points away", () => {
    const { decide } = ruled({ caps: [{ of: "points", atMost: 10, for: "order" }], effects: [times(0.5)] });

    expect(pointsIn(decide([10_000]))).toBe(50);
  });
});

describe("points of several rules, of which some are limited", () => {
  test("each limited rule adds to those before it; what is unlimited is as without it", () => {
    const rules = [
      { id: "double", priority: 9, effects: [times(2)], caps: [{ of: "points", atMost: 1000, for: "member" }] },
      { id: "triple", effects: [times(3)], caps: [{ of: "points", atMost: 250, for: "member" }] },
      { id: "half-more", effects: [times(1.5)] },
      { id: "tenth", effects: [{ kind: "points_percent", percent: 10 }] },
    ];
    const program = programOf({ rules });

    const decision = program.decideOrder(member(), cart([10_000]), AT, counterBook(program, AT));

    // 150, and 10 % of that; ×2 adds 150; ×3 would add 600 and may add 250.
    expect(pointsIn(decision)).toBe(150 + 15 + 150 + 250);
    expect(decision.uses?.map(({ rule, amount }) => [rule, amount])).toEqual([
      ["double", 150],
      ["triple", 250],
    ]);
  });

  test.each([
    ["highest", 200 + 100],
    ["additive", 200 + 200],
    ["compound", 200 + 400],
  ])("multipliers go together as the program says: %s", (multipliers, points) => {
    const rules = [
      { id: "double", effects: [times(2)] },
      { id: "triple", effects: [times(3)], caps: [{ of: "points", atMost: 1000, for: "order" }] },
    ];

    expect(pointsIn(programOf({ rules, multipliers }).decideOrder(member(), cart([10_000]), AT))).toBe(points);
  });
});

describe("a cap of a member and a budget of the program", () => {
  test("let through what is left of them, and then nothing", () => {
    const { place } = ruled({
      caps: [{ of: "money", atMost: 500, for: "member", per: "month" }],
      budgets: [{ of: "money", atMost: 800 }],
      effects: [off(10)],
    });

    const [first, second, third] = [place([3000]), place([3000]), place([3000])];

    expect([first, second, third].map(({ totals }) => totals.discount)).toEqual([300, 200, 0]);
    expect(first.uses).toEqual([
      { for: "member", key: "rule month money", period: "2026-03-01", rule: "rule", of: "money", amount: 300 },
      { for: "program", key: "rule life money", period: "-infinity", rule: "rule", of: "money", amount: 300 },
    ]);
    expect(traceOf(second, "rule").gave.at(-1)).toEqual({
      kind: "limited",
      cut: 100,
      limit: { kind: "cap", of: "money", for: "member", atMost: 500, used: 300, per: "month" },
    });
    expect(traceOf(third, "rule").reason).toEqual({ kind: "cap_reached", of: "money", atMost: 500, used: 500, per: "month" });
    expect(third.uses).toBeUndefined();
  });

  test("of uses counts orders on which the rule gave something", () => {
    const { place } = ruled({ budgets: [{ of: "uses", atMost: 1, per: "day" }], when: "order.gross > 100", effects: [bonus(5)] });

    expect(place([100]).uses).toBeUndefined();
    expect(pointsIn(place([200]))).toBe(7);
    expect(traceOf(place([200]), "rule").reason).toEqual({ kind: "budget_exhausted", of: "uses", atMost: 1, used: 1, per: "day" });
  });

  test("when exhausted, leave the place in a group and in a lane to the next rule", () => {
    const rules = [
      { id: "a", lane: "one", effects: [off(50)], budgets: [{ of: "uses", atMost: 1 }] },
      { id: "b", lane: "one", effects: [off(10)] },
    ];
    const program = programOf({ rules, lanes: [{ id: "one", winner: "best_for_member" }] });
    const book = counterBook(program, AT);
    const place = () => {
      const decision = program.decideOrder(member(), cart([1000]), AT, book);
      book.take(decision.uses ?? []);
      return decision.totals.discount;
    };

    expect([place(), place()]).toEqual([500, 100]);
  });

  test("do not count the loser of a lane", () => {
    const rules = [
      { id: "a", lane: "one", effects: [off(5)], budgets: [{ of: "money", atMost: 1000 }] },
      { id: "b", lane: "one", effects: [off(10)] },
    ];
    const program = programOf({ rules, lanes: [{ id: "one", winner: "best_for_member" }] });

    expect(program.decideOrder(member(), cart([1000]), AT, counterBook(program, AT)).uses).toBeUndefined();
  });

  test("are asked only of rules that are active, on the days of their schedules", () => {
    const limited = { effects: [bonus(1)], budgets: [{ of: "uses", atMost: 1 }] };
    const rules = [
      { id: "now", ...limited },
      { id: "past", ...limited, until: "2026-03-15T00:00:00Z" },
      { id: "asleep", ...limited, state: "paused" },
      { id: "other-day", ...limited, schedule: { daysOfMonth: [14] } },
      { id: "birthday", ...limited, schedule: { birthday: "day" } },
      { id: "of-order", effects: [bonus(1)], caps: [{ of: "points", atMost: 1, for: "order" }] },
    ];

    const keys = programOf({ rules })
      .countersAt(AT)
      .map(({ key }) => key);

    expect(keys).toEqual(["now life uses", "birthday life uses"]);
  });
});

describe("the stock of a gift", () => {
  const gift = { kind: "gift", sku: "tote bag", quantity: 2, stock: 5 };

  test("lets through what is left of it, and then the other effects of the rule alone", () => {
    const { place } = ruled({ effects: [gift, bonus(1)] });
    const given = [place([100]), place([100]), place([100]), place([100])];

    expect(given.map(({ effects }) => effects.map((effect) => ("quantity" in effect ? effect.quantity : 0)))).toEqual([[2], [2], [1], []]);
    expect(given.map((decision) => pointsIn(decision))).toEqual([2, 2, 2, 2]);
    expect(traceOf(given[2] as Decision, "rule").gave).toContainEqual({
      kind: "limited",
      name: "tote bag",
      cut: 1,
      limit: { kind: "stock", of: "gifts", atMost: 5, used: 4 },
    });
    expect(given[0]?.uses).toEqual([
      { for: "program", key: "rule life gifts tote bag", period: "-infinity", rule: "rule", of: "gifts", amount: 2 },
    ]);
  });

  test("is the reason where the rule gives nothing else", () => {
    const { place } = ruled({ effects: [{ ...gift, stock: 2 }] });
    place([100]);

    expect(traceOf(place([100]), "rule")).toMatchObject({
      matched: false,
      reason: { kind: "out_of_stock", sku: "tote bag", atMost: 2, used: 2 },
    });
  });
});

describe("the period of a counter", () => {
  test.each([
    ["day", "2026-03-31T16:00:00Z", "2026-04-01"],
    ["day", "2026-03-31T15:59:59.999Z", "2026-03-31"],
    ["week", "2026-04-05T15:59:59Z", "2026-03-30"],
    ["week", "2026-04-05T16:00:00Z", "2026-04-06"],
    ["week", "1969-12-30T00:00:00Z", "1969-12-29"],
    ["month", "2026-03-31T16:00:00Z", "2026-04-01"],
    ["quarter", "2026-06-30T15:59:59Z", "2026-04-01"],
    ["year", "2025-12-31T16:00:00Z", "2026-01-01"],
    [null, "2026-03-31T16:00:00Z", "-infinity"],
  ] as const)("%s at %s in Shanghai begins on %s", (per, at, start) => {
    expect(periodStart(new Date(at), per, "Asia/Shanghai")).toBe(start);
  });
});

describe("limits in a program's file", () => {
  const problems = (rule: Record<string, unknown>) => {
    try {
      parseProgram(programInput({ wallets: [{ id: "points" }, { id: "status" }], rules: [{ id: "rule", effects: [bonus(1)], ...rule }] }));
    } catch (error) {
      return (error as LoyaltyError).errors.map(({ pointer, code }) => `${pointer} ${code}`);
    }
    return [];
  };

  test.each([
    [{ caps: [{ of: "points", atMost: 0, for: "member" }] }, ["/rules/0/caps/0/atMost too_small"]],
    [{ caps: [{ of: "points", atMost: 5 }] }, ["/rules/0/caps/0/for invalid_value"]],
    [{ budgets: [{ of: "points", atMost: 5, for: "member" }] }, ["/rules/0/budgets/0/for unrecognized_keys"]],
    [{ budgets: [{ of: "points", atMost: 5, wallet: "gold" }] }, ["/rules/0/budgets/0/wallet unknown_wallet"]],
    [{ budgets: [{ of: "points", atMost: 5, wallet: "status" }] }, ["/rules/0/budgets/0/of limits_nothing"]],
    [{ budgets: [{ of: "money", atMost: 5 }] }, ["/rules/0/budgets/0/of limits_nothing"]],
    [{ budgets: [{ of: "uses", atMost: 5, wallet: "points" }] }, ["/rules/0/budgets/0/wallet wallet_without_points"]],
    [
      { caps: [{ of: "uses", atMost: 5, for: "order", per: "day", returns: "keep" }] },
      ["/rules/0/caps/0/of uses_of_order", "/rules/0/caps/0/per per_of_order", "/rules/0/caps/0/returns returns_of_order"],
    ],
    [
      {
        caps: [
          { of: "points", atMost: 5, for: "member" },
          { of: "points", atMost: 6, for: "member", wallet: "points" },
          { of: "points", atMost: 5, for: "member", per: "day" },
        ],
        budgets: [{ of: "points", atMost: 5 }],
      },
      ["/rules/0/caps/1 repeated"],
    ],
    [{ effects: [{ kind: "gift", sku: "a", returns: "keep" }] }, ["/rules/0/effects/0/returns returns_without_stock"]],
    [
      {
        effects: [
          { kind: "gift", sku: "a", stock: 1 },
          { kind: "gift", sku: "a", stock: 2 },
        ],
      },
      ["/rules/0/effects/1/sku repeated"],
    ],
  ])("%j: %j", (rule, expected) => {
    expect(problems(rule)).toEqual(expected);
  });

  test("a limit without a wallet is one of the first", () => {
    const { decide } = ruled({ budgets: [{ of: "points", atMost: 7 }], effects: [bonus(10)] });

    expect(decide([line(1, 100)]).uses).toEqual([
      { for: "program", key: "rule life points points", period: "-infinity", rule: "rule", of: "points", wallet: "points", amount: 7 },
    ]);
  });
});

describe("a test case with used limits", () => {
  const limited = { id: "rule", caps: [{ of: "uses", atMost: 2, for: "member", per: "day" }], effects: [bonus(5)] };
  const testCase = (used: object[], expected: object) => ({
    name: "case",
    at: "2026-03-08T12:00:00+08:00",
    used,
    order: { lines: [{ unitPrice: 100 }] },
    expect: expected,
  });
  const failures = (used: object[], expected: object) =>
    [...runTestCases(programOf({ rules: [limited], tests: [testCase(used, expected)] }))].flat().map(({ detail }) => detail);

  test("starts from them", () => {
    const use = (amount: number) => [{ rule: "rule", of: "uses", amount }];

    expect(failures(use(1), { matched: ["rule"], points: { points: 6 } })).toEqual([]);
    expect(failures(use(2), { notMatched: ["rule"], points: { points: 1 } })).toEqual([]);
    expect(failures(use(2), { matched: ["rule"] })).toEqual(["case: rule did not apply: cap_reached, of uses, atMost 2, used 2, per day"]);
  });

  test("names rules and limits that there are", () => {
    const used = [
      { rule: "other", of: "uses", amount: 1 },
      { rule: "rule", of: "money", amount: 1 },
    ];
    const tests = [testCase(used, { matched: ["rule"] })];

    expect(() => parseProgram(programInput({ rules: [limited], tests }))).toThrow(
      expect.objectContaining({
        errors: [
          expect.objectContaining({ pointer: "/tests/0/used/0/rule", code: "unknown_rule" }),
          expect.objectContaining({ pointer: "/tests/0/used/1/of", code: "not_counted" }),
        ],
      }),
    );
  });
});
