import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { programInput } from "../support/rules.ts";

/** The problems of a program whose fourth rule has these conditions. */
function problemsOf(conditions: { when?: string; lines?: string }) {
  const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];
  const rules = [{ id: "a" }, { id: "b" }, { id: "c" }, { id: "d", ...conditions }].map((rule) => ({ ...rule, effects }));
  try {
    parseProgram(programInput({ rules }));
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors;
    throw error;
  }
  return [];
}

describe("a condition that cannot be judged is refused when it is saved", () => {
  test.each([
    ["order.net >=", "condition_unexpected_token", "line 1, column 13: Unexpected token: EOF"],
    ["order.totl > 1", "condition_no_such_key", 'line 1, column 7 near "totl": No such key: totl'],
    ["true &&\n  ordr.net > 1", "condition_unknown_variable", 'line 2, column 3 near "ordr": Unknown variable: ordr'],
    ['order.net >= "x"', "condition_no_such_overload", 'line 1, column 1 near "order.net >= "x"": no such overload: int >= string'],
    ["order.net", "condition_not_bool", 'line 1, column 1 near "order.net": a condition is true or false; this has type int'],
    [
      "member.attributes.vip",
      "condition_not_bool",
      'line 1, column 1 near "member.attributes.vip": a condition is true or false; this has type dyn',
    ],
    ["line.net > 1", "condition_unknown_variable", 'line 1, column 1 near "line": Unknown variable: line'],
    [
      'order.channel.matches("(a+)+$")',
      "condition_function_not_allowed",
      'line 1, column 1 near "order.channel.matches("(a+)+$")": matches() is not available in conditions; use matchesRe2',
    ],
    [
      "now.getHours() < 12",
      "condition_function_not_allowed",
      'line 1, column 1 near "now.getHours()": getHours() is not available in conditions; use local, such as local.hour',
    ],
    [
      "cel.bind(x, [1, 2], x + x == x)",
      "condition_function_not_allowed",
      'line 1, column 1 near "cel.bind(x, [1, 2], x + x == x)": bind() is not available in conditions',
    ],
    [
      'order.channel.matchesRe2("(a")',
      "condition_pattern_invalid",
      `line 1, column 26 near ""(a"": not an RE2 pattern: error parsing regexp: missing closing ): \`(a\``,
    ],
    [
      'order.channel.matchesRe2("(a{500}){2}")',
      "condition_pattern_invalid",
      `line 1, column 26 near ""(a{500}){2}"": the pattern is too large; use smaller repetitions`,
    ],
    [
      "order.channel.matchesRe2(order.country)",
      "condition_pattern_not_literal",
      'line 1, column 1 near "order.channel.matchesRe2(order.country)": the pattern of matchesRe2 is a text in quotes',
    ],
    [
      "order.lines.all(a, order.lines.all(b, order.lines.all(c, true)))",
      "condition_macro_depth",
      'line 1, column 1 near "order.lines.all(a, order.lines.all(b, order.lines.all(c, tru": list macros nest at most 2 deep',
    ],
    [
      "[[1]].map(a, a + a).map(b, b + b).map(c, c + c).size() > 0",
      "condition_macro_depth",
      'line 1, column 1 near "[[1]].map(a, a + a).map(b, b + b).map(c, c + c)": list macros nest at most 2 deep',
    ],
  ])("%s", (when, code, detail) => {
    expect(problemsOf({ when })).toEqual([{ pointer: "/rules/3/when", code, detail }]);
  });

  test("more than 300 nodes", () => {
    const when = Array.from({ length: 80 }, (_, n) => `1 < ${n}`).join("&&");

    expect(problemsOf({ when })).toMatchObject([{ pointer: "/rules/3/when", detail: expect.stringContaining("300") }]);
  });

  test("more than 2 000 characters", () => {
    expect(problemsOf({ when: `${" ".repeat(2000)}true` })).toMatchObject([{ pointer: "/rules/3/when", code: "too_big" }]);
  });

  test("each condition by its own pointer", () => {
    expect(problemsOf({ when: "1", lines: "lin.net > 1" }).map(({ pointer }) => pointer)).toEqual(["/rules/3/when", "/rules/3/lines"]);
  });

  test("a good condition is not", () => {
    expect(problemsOf({ when: "order.net > 1 && local.weekday < 6", lines: 'line.sku.matchesRe2("^A[0-9]+$")' })).toEqual([]);
  });
});
