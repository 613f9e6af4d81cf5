import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { compileProgram, parseProgram } from "../../src/programs/compile.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import { AT, cart, member, programInput, programWhen, traceOf } from "../support/rules.ts";

const judged = (when: string, sums: Record<string, number> = {}) =>
  traceOf(programWhen(when).decideOrder(member({ sums }), cart([1000]), AT), "rule");

function problemsOf(change: Record<string, unknown>) {
  try {
    parseProgram(programInput(change));
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors;
    throw error;
  }
  return [];
}
const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];

describe("a condition on a metric", () => {
  test.each([
    ['member.metric("spend", "365d") >= 50000', { "spend@365d": 50_000 }, true],
    ['member.metric("spend", "365d") >= 50000', { "spend@365d": 49_999, "spend@lifetime": 90_000 }, false],
    ['member.metric("points:points", "month") == 0', {}, true],
    ['member.metric("orders", "year") + 1 == 10', { "orders@year": 9 }, true],
    ['[member].exists(m, m.metric("orders", "lifetime") > 2)', { "orders@lifetime": 3 }, true],
    ["member.isFirstOrder", {}, true],
    ["member.isFirstOrder", { "orders@lifetime": 1 }, false],
    ["[member].exists(m, m.isFirstOrder)", { "orders@lifetime": 1 }, false],
  ])("%s with %j: %s", (when, sums, matched) => {
    expect(judged(when, sums).matched).toBe(matched);
  });

  test("says what is missing", () => {
    expect(judged('member.metric("spend", "365d") >= 50000', { "spend@365d": 41_700 }).reason).toEqual({
      kind: "condition",
      part: 'member.metric("spend", "365d") >= 50000',
      values: { 'member.metric("spend", "365d")': "41700" },
      missing: { path: 'member.metric("spend", "365d")', atLeast: "50000", value: "41700", short: "8300" },
    });
  });

  test("makes the program keep the sum, each once, and no profile be read", () => {
    const { sums, windows, readsProfile } = programWhen(
      'member.isFirstOrder || (member.metric("orders", "lifetime") < 3 && order.lines.exists(l, member.metric("spend", "30d") > l.net))',
    );

    expect(sums.map(({ key }) => key)).toEqual(["orders@lifetime", "spend@30d"]);
    expect(windows).toEqual(sums);
    expect(readsProfile).toBe(false);
  });
});

describe("a metric that cannot be kept is refused when the program is saved", () => {
  test.each([
    [
      'member.metric("spent", "365d") > 1',
      "condition_unknown_metric",
      /^line 1, column 15 near ""spent"": .* it has spend, orders, points/,
    ],
    ['member.metric("points:gems", "365d") > 1', "condition_unknown_metric", /no metric "points:gems"/],
    ['true &&\nmember.metric("spend", "1y") > 1', "condition_unknown_window", /^line 2, column 24 near ""1y"": "1y" is not a window/],
    ["member.metric(order.channel, '365d') > 1", "condition_metric_not_literal", /takes two texts in quotes/],
    ['dyn(member).metric("spend", "365" + "d") > 1', "condition_metric_not_literal", /takes two texts in quotes/],
    ['member.metric("spend") > 1', "condition_metric_not_literal", /takes two texts in quotes/],
    ['order.metric("spend", "365d") > 1', "condition_no_matching_overload", /Order\.metric/],
  ])("%s", (when, code, detail) => {
    const [problem, ...more] = problemsOf({ rules: [{ id: "rule", when, effects }] });

    expect(problem).toMatchObject({ pointer: "/rules/0/when", code, detail: expect.stringMatching(detail) });
    expect(more).toEqual([]);
  });

  test("and so are more sums than can be kept for each member", () => {
    const rules = Array.from({ length: 101 }, (_, index) => ({
      id: `r${index}`,
      when: `member.metric("spend", "${index + 1}d") > 1`,
      effects,
    }));

    expect(problemsOf({ rules: rules.slice(1) })).toEqual([]);
    expect(problemsOf({ rules })).toMatchObject([{ pointer: "/rules", code: "too_many_metrics" }]);
  });
});

describe("a test case", () => {
  const rules = [{ id: "loyal", when: 'member.metric("spend", "365d") >= 10000 && !member.isFirstOrder', effects }];
  const caseWith = (metrics: Record<string, number> | undefined, expected: object) => ({
    name: `with ${JSON.stringify(metrics)}`,
    member: { ...(metrics && { metrics }) },
    at: "2026-03-15T04:00:00Z",
    order: { lines: [{ unitPrice: 1000 }] },
    expect: expected,
  });

  test("says what the member did before", () => {
    const tests = [
      caseWith(undefined, { notMatched: ["loyal"] }),
      caseWith({ "spend@365d": 12_000, "orders@lifetime": 1 }, { matched: ["loyal"] }),
      caseWith({ "spend@365d": 9999, "orders@lifetime": 1 }, { matched: ["loyal"] }),
    ];
    const failures = [...runTestCases(compileProgram(parseProgram(programInput({ rules, tests })), 1))].flat();

    expect(failures).toMatchObject([{ pointer: "/tests/2/expect/matched/0", detail: expect.stringContaining("1") }]);
  });

  test.each(["spent@365d", "spend@1y", "spend", "points:gems@month"])("names no metric that there is not: %s", (key) => {
    expect(problemsOf({ rules, tests: [caseWith({ [key]: 1 }, { matched: ["loyal"] })] })).toMatchObject([
      { pointer: `/tests/0/member/metrics/${key}`, code: "unknown_metric" },
    ]);
  });
});
