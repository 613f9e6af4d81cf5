import { describe, expect, test } from "vitest";
import { StepBudget } from "../../src/rules/conditions/budget.ts";
import { compileCondition } from "../../src/rules/conditions/condition.ts";
import { type Cost, STEPS_PER_CONDITION_MAX, STEPS_PER_ORDER_MAX, stepsAt } from "../../src/rules/conditions/cost.ts";
import type { ConditionScope } from "../../src/rules/conditions/environment.ts";
import { longestList } from "../../src/rules/conditions/facts.ts";
import { checkPattern, matchesPattern, matchesRe2, PATTERN_LENGTH_MAX } from "../../src/rules/conditions/regex.ts";
import { cart, line, member } from "../support/rules.ts";

function costOf(text: string, scope: ConditionScope = "when"): Cost {
  const compiled = compileCondition(text, scope, new Set());
  if (!("cost" in compiled)) throw new Error(compiled.detail);
  return compiled.cost;
}
const BEGIN = 4;
/** What an error costs: it grows with the text. */
const error = (text: string): number => 45 + Math.ceil(text.length / 30);

describe("a condition costs", () => {
  test.each([
    ["true", 1],
    ["order.net > 1", 4],
    ['order.channel == "web"', 4],
    ["order.net == order.net", 5],
    // What a list that is written out has, and one.
    ['order.channel in ["a", "b", "c"]', 4 + 2 + 4],
    ['order.channel.startsWith("w")', 3 + 4],
    ["size(order.currency) > 1", 2 + 4 + 2],
  ])("so many steps where nothing can fail, and 4 to begin with: %s", (text, steps) => {
    expect(costOf(text).steps).toEqual([BEGIN + steps]);
  });

  test.each([
    ["order.net + 1 > 2", 6],
    ["order.net - 2 > 1", 6],
    ["order.net * 2 > 1", 6],
    ["order.net / 2 > 1", 6],
    ["order.net % 2 > 1", 6],
    ["-order.net > 1", 5],
    ["[1,2][order.lineCount] > 1", 8],
    ["order.attributes.x == 1", 5],
    // A conversion throws twice.
    ["int(order.currency) > 1", 4 + 40],
    ['double("1.5") > 1.0', 3 + 40],
    ['string(order.net) == "1"', 4 + 40],
    ['bool("true")', 1 + 40],
    ['timestamp("2026-01-01T00:00:00Z") < now', 3 + 40],
    ['duration("1h") < duration("2h")', 3 + 80],
    // What may be left out, or is only asked whether it is there, can be missing.
    ["has(order.channel)", 2 + 4],
    ['order.channel == "web" && order.net > 1', 9],
  ])("an error more where there can be one: %s", (text, steps) => {
    expect(costOf(text).steps).toEqual([error(text) + steps]);
  });

  test("what a pattern is long, times 40", () => {
    const text = 'order.channel.matchesRe2("abc")';
    const checked = checkPattern("abc");
    expect("size" in checked && checked.size).toBe(5);
    expect(costOf(text).steps).toEqual([BEGIN + 3 + 5 * 40]);
  });

  test.each([
    ["order.lines == order.lines", [BEGIN + 5, 1]],
    ["order.lines != order.lines", [BEGIN + 5, 1]],
    ["[1, 2] == [1, 2, 3]", [BEGIN + 8, 1]],
    ['{"a": 1} == {"a": 1, "b": 2}', [BEGIN + 9, 1]],
    ["(order.net > 1 ? [1] : [2]) == [1]", [BEGIN + 12, 1]],
  ])("the length of lists that it compares: %s", (text, steps) => {
    expect(costOf(text).steps).toEqual(steps);
  });

  test.each<[string, ConditionScope, number]>([
    ["order.attributes.a == order.attributes.b", "when", 7],
    ["event.data.a == event.data.b", "event", 7],
    ["order.attributes.a.b.c == [1]", "when", 8],
    ['"a" in order.attributes.tags', "when", 5],
  ])("that of what callers send, which may be a list: %s", (text, scope, steps) => {
    expect(costOf(text, scope).steps).toEqual([error(text) + steps, 1]);
  });

  test("what it does on each element, as often as there are", () => {
    expect(costOf("order.lines.exists(l, l.net > 1)").steps).toEqual([BEGIN + 2, BEGIN + 4]);
    expect(costOf("[1, 2, 3].exists(n, n > 2)").steps).toEqual([BEGIN + 4 + 3 * (BEGIN + 3)]);
    const nested = "order.lines.exists(l, order.lines.exists(m, m.net > l.net))";
    expect(costOf(nested).steps).toEqual([BEGIN + 2, BEGIN + 2, BEGIN + 5]);
    const failing = 'order.lines.exists(l, l.category == "a")';
    expect(costOf(failing).steps).toEqual([error(failing) + 2, error(failing) + 4]);
    const sent = "order.lines.exists(l, l.attributes.x == 1)";
    expect(costOf(sent).steps).toEqual([error(sent) + 2, error(sent) + 5]);
    // Lists that + joins are twice as long.
    const growing = "order.lines.exists(l, l.net + 1 > 1)";
    expect(costOf(growing).steps).toEqual([error(growing) + 2, 2 * (error(growing) + 6)]);
  });

  test("looks at the longest list that it writes out", () => {
    expect([costOf("[1, 2] == [1, 2, 3]"), costOf('{"a": 1} == {"a": 1, "b": 2}'), costOf("true")]).toMatchObject([
      { longestOwnList: 3 },
      { longestOwnList: 2 },
      { longestOwnList: 0 },
    ]);
    const cost = { steps: [1, 10, 100], longestOwnList: 3 };
    expect([0, 3, 4].map((length) => stepsAt(cost, length))).toEqual([931, 931, 1_641]);
  });
});

describe("the steps of one order", () => {
  const cost = (steps: number): Cost => ({ steps: [steps], longestOwnList: 0 });

  test("are taken up to the last of one condition, and of all", () => {
    const budget = new StepBudget(0);
    expect(budget.take(cost(STEPS_PER_CONDITION_MAX + 1), 1)).toBe("it could take 500001 steps on this order; the limit is 500000");
    expect(budget.take(cost(STEPS_PER_CONDITION_MAX), 1)).toBeNull();
    expect(budget.take(cost(STEPS_PER_CONDITION_MAX / 5), 5)).toBeNull();
    expect(budget.take(cost(1), 1)).toBe("the conditions before it used up the 1000000 steps of one order");
    expect(STEPS_PER_ORDER_MAX).toBe(2 * STEPS_PER_CONDITION_MAX);
  });
});

describe("the longest list that a condition meets", () => {
  const lengthOf = (over: {
    segments?: string[];
    attributes?: object;
    cart?: object;
    line?: object;
    lines?: number;
    data?: object;
  }): number => {
    const lines = Array.from({ length: over.lines ?? 1 }, (_, n) => line(n + 1, 1, { attributes: (over.line ?? {}) as never }));
    const facts = cart(lines, { attributes: (over.cart ?? {}) as never });
    const event = over.data === undefined ? undefined : { id: "e", type: "t", data: over.data as never };
    return longestList(member({ segments: over.segments ?? [], attributes: (over.attributes ?? {}) as never }), facts, event);
  };

  test.each<[Parameters<typeof lengthOf>[0], number]>([
    [{}, 1],
    [{ lines: 4 }, 4],
    [{ segments: ["a", "b", "c"] }, 3],
    [{ attributes: { a: 1, b: 2 } }, 2],
    [{ cart: { a: 1, b: 2, c: 3 } }, 3],
    [{ line: { a: 1, b: 2 } }, 2],
    [{ attributes: { list: [1, 2, 3] } }, 3],
    [{ cart: { list: [1, 2, 3, 4], b: 1 } }, 4],
    [{ line: { text: "long enough", list: ["a", "b"] } }, 2],
    [{ lines: 3, line: { list: ["a", "b"] } }, 3],
    [{ data: { a: { b: [1, 2], c: null }, d: "text" } }, 7],
  ])("in %j is %i", (over, length) => {
    expect(lengthOf(over)).toBe(length);
  });
});

describe("patterns", () => {
  test("are read up to 200 characters, of texts of up to 200", () => {
    expect(checkPattern("a".repeat(PATTERN_LENGTH_MAX - 10))).toHaveProperty("size");
    expect(checkPattern("a".repeat(PATTERN_LENGTH_MAX + 1))).toEqual({ problem: "the pattern is longer than 200 characters" });
    expect(checkPattern("(")).toEqual({ problem: expect.stringMatching(/^not an RE2 pattern: /) });
    expect(checkPattern("(a{30}){30}")).toEqual({ problem: "the pattern is too large; use smaller repetitions" });
    expect([matchesRe2("b".repeat(200), "^b+$"), matchesRe2("a", "b")]).toEqual([true, false]);
    expect(() => matchesRe2("b".repeat(201), "b")).toThrow(expect.objectContaining({ code: "subject_too_long" }));
  });

  test("of just 200 instructions are the largest, and each is compiled anew once a thousand others were", () => {
    const sizeOf = (pattern: string) => {
      const checked = checkPattern(pattern);
      return "size" in checked ? checked.size : null;
    };
    expect([sizeOf("a".repeat(198)), sizeOf("a".repeat(199))]).toEqual([200, null]);
    for (let n = 0; n < 1_100; n += 1) expect(matchesPattern(`x${n}y`, `^x${n}y$`)).toBe(true);
    expect(matchesPattern("x0y", "^x0y$")).toBe(true);
  });
});
