import { describe, expect, test } from "vitest";
import { compileCondition } from "../../src/rules/conditions/condition.ts";
import type { ConditionScope } from "../../src/rules/conditions/environment.ts";
import { inWords } from "../../src/rules/conditions/part.ts";
import { pathsOf, readPath } from "../../src/rules/conditions/paths.ts";
import { AT, cart, line, member, programOf, programWhen, traceOf } from "../support/rules.ts";

function compile(text: string, scope: ConditionScope = "when", metrics: string[] = []) {
  const compiled = compileCondition(text, scope, new Set(metrics));
  if (!("parts" in compiled)) throw new Error(compiled.detail);
  return compiled;
}
const partsOf = (text: string) => compile(text).parts.map((part) => part.text);
const pathsIn = (text: string, scope: ConditionScope = "when", metrics: string[] = []) =>
  compile(text, scope, metrics).parts.flatMap(({ run }) => pathsOf(run.ast));

describe("the parts of a condition", () => {
  test.each([
    ["order.net > 1", ["order.net > 1"]],
    ["order.net > 1 && order.gross > 2", ["order.net > 1", "order.gross > 2"]],
    ["  order.net > 1  &&  order.gross > 2  ", ["order.net > 1", "order.gross > 2"]],
    ["order.net > 1 && (order.gross > 2 && order.shipping > 3)", ["order.net > 1", "order.gross > 2", "order.shipping > 3"]],
    ["((order.net > 1 && order.gross > 2)) && order.shipping > 3", ["order.net > 1", "order.gross > 2", "order.shipping > 3"]],
    ["( ( order.net > 1 ) )", ["order.net > 1"]],
    ["(order.net + 1) * 2 > (3)", ["(order.net + 1) * 2 > (3)"]],
    ["(order.net > 1) == (order.gross > 2)", ["(order.net > 1) == (order.gross > 2)"]],
    ["order.net > 1 || order.gross > 2 && true", ["order.net > 1 || order.gross > 2 && true"]],
    ["(order.net > 1 || true) && order.gross > 2", ["order.net > 1 || true", "order.gross > 2"]],
    ["order.net > 1 // first && not this\n && order.gross > 2", ["order.net > 1 // first && not this", "order.gross > 2"]],
    ["order.net > 1 // one\n // two\n && order.gross > 2", ["order.net > 1 // one\n // two", "order.gross > 2"]],
    ['order.currency == "a && b" && order.net > 1', ['order.currency == "a && b"', "order.net > 1"]],
    [
      "order.lines.exists(l, l.net > 1 && l.gross > 2) && order.net > 3",
      ["order.lines.exists(l, l.net > 1 && l.gross > 2)", "order.net > 3"],
    ],
  ])("%s", (text, parts) => {
    expect(partsOf(text)).toEqual(parts);
  });
});

describe("the paths of a condition", () => {
  const PLAIN = { isPersonal: false, isOptional: false };

  test.each<[string, ConditionScope, object[]]>([
    ["order.net > 1", "when", [{ text: "order.net", root: "order", keys: ["net"], ...PLAIN }]],
    [
      'order["channel"] == "web"',
      "when",
      [{ text: "order.channel", root: "order", keys: ["channel"], isPersonal: false, isOptional: true }],
    ],
    [
      'order.attributes["a b"].c == 1',
      "when",
      [{ text: "order.attributes.a b.c", root: "order", keys: ["attributes", "a b", "c"], isPersonal: false, isOptional: true }],
    ],
    [
      'member.attributes.size == "l"',
      "when",
      [{ text: "member.attributes.size", root: "member", keys: ["attributes", "size"], isPersonal: true, isOptional: true }],
    ],
    [
      "member.birthdayInDays == 0",
      "when",
      [{ text: "member.birthdayInDays", root: "member", keys: ["birthdayInDays"], isPersonal: true, isOptional: true }],
    ],
    [
      "event.data.score > 1",
      "event",
      [{ text: "event.data.score", root: "event", keys: ["data", "score"], isPersonal: false, isOptional: true }],
    ],
    ['line.name == "n"', "lines", [{ text: "line.name", root: "line", keys: ["name"], isPersonal: false, isOptional: true }]],
    ['line.category == "n"', "lines", [{ text: "line.category", root: "line", keys: ["category"], isPersonal: false, isOptional: true }]],
    ['order.country == "n"', "when", [{ text: "order.country", root: "order", keys: ["country"], isPersonal: false, isOptional: true }]],
    [
      'member.birthDate == "n"',
      "when",
      [{ text: "member.birthDate", root: "member", keys: ["birthDate"], isPersonal: true, isOptional: true }],
    ],
    ['now > timestamp("2026-01-01T00:00:00Z")', "when", [{ text: "now", root: "now", keys: [], ...PLAIN }]],
  ])("%s", (text, scope, paths) => {
    expect(pathsIn(text, scope)).toEqual(paths);
  });

  test("of a list are the list and what is outside of its element", () => {
    const texts = (text: string) => pathsIn(text).map((path) => path.text);
    expect(texts("order.lines.exists(l, l.net > order.shipping)")).toEqual(["order.lines", "order.shipping"]);
    expect(texts("order.lines.exists(member, member.net > 1)")).toEqual(["order.lines"]);
    expect(texts("order.lines.exists(l, order.lines.all(m, m.net > l.net && order.net > 1))")).toEqual(["order.lines", "order.net"]);
    expect(texts("order.net > order.net - 1")).toEqual(["order.net"]);
    expect(texts("order.attributes.list[0] == 1")).toEqual(["order.attributes.list"]);
    expect(texts("order.attributes.list[order.lineCount] == 1")).toEqual(["order.attributes.list", "order.lineCount"]);
  });

  test("of a metric are its sum, but under another name", () => {
    const sums = (text: string) => pathsIn(text, "when", ["spend"]).map(({ text, keys }) => [text, keys]);
    expect(sums('member.metric("spend", "365d") > 1')).toEqual([['member.metric("spend", "365d")', ["sums", "spend@365d"]]]);
  });

  test("say what has to be loaded for them", () => {
    const needs = (text: string, scope: ConditionScope = "when") => {
      const { readsProfile, readsSegments } = compile(text, scope);
      return [readsProfile, readsSegments];
    };
    expect(needs("order.net > 1")).toEqual([false, false]);
    expect(needs('member.tier == "a" && order.net > 1')).toEqual([false, false]);
    expect(needs('"vip" in member.segments && order.net > 1')).toEqual([false, true]);
    expect(needs('order.attributes.segments == "a"')).toEqual([false, false]);
    expect(needs("member.attributes.a == 1 && order.net > 1")).toEqual([true, false]);
    expect(needs('[member].exists(m, m.tier == "a") && order.net > 1')).toEqual([true, true]);
  });

  test("are read as far as they go", () => {
    const facts = { member: { attributes: new Map([["a", new Map([["b", 1n]])]]), tier: "gold" } } as never;
    const read = (...keys: string[]) => readPath(facts, { text: "", root: "member", keys, isPersonal: false, isOptional: false });
    expect([
      read("tier"),
      read("attributes", "a", "b"),
      read("attributes", "c"),
      read("attributes", "c", "d"),
      read("tier", "x"),
      read("gone"),
    ]).toEqual(["gold", 1n, undefined, undefined, undefined, undefined]);
  });
});

describe("a value in words", () => {
  test.each([
    [undefined, "(absent)"],
    [new Date("2026-01-01T00:00:00Z"), "2026-01-01T00:00:00.000Z"],
    [[1, 2], "(2 items)"],
    [new Map([["a", 1]]), "(1 attributes)"],
    [5n, "5"],
    ["web", "web"],
  ])("%s", (value, words) => {
    expect(inWords(value)).toBe(words);
  });

  test("is cut where it is long", () => {
    const longest = 100;
    const [just, more] = ["a".repeat(longest), "a".repeat(longest + 1)];
    expect(inWords(just).length).toBeLessThanOrEqual(longest);
    expect(inWords(more)).toBe(`${"a".repeat(longest)}…`);
  });
});

describe("why a condition does not hold", () => {
  const reasonOf = (when: string, over: object = {}) =>
    traceOf(programWhen(when).decideOrder(member(), cart([line(1, 100)], over), AT), "rule").reason;

  test("says what is missing to a limit, in which direction, and nothing where it is no number or personal", () => {
    const missing = (atLeast: string, short: string) => ({ missing: { path: "order.net", value: "100", atLeast, short } });
    expect(reasonOf("order.net >= 150")).toMatchObject({
      part: "order.net >= 150",
      ...missing("150", "50"),
      values: { "order.net": "100" },
    });
    expect(reasonOf("order.net > 150")).toMatchObject(missing("151", "51"));
    expect(reasonOf("150 <= order.net")).toMatchObject(missing("150", "50"));
    expect(reasonOf("150 < order.net")).toMatchObject(missing("151", "51"));
    expect(reasonOf("order.net <= 50")).not.toHaveProperty("missing");
    expect(reasonOf("order.net == 50")).not.toHaveProperty("missing");
    expect(reasonOf('order.currency > "X"')).not.toHaveProperty("missing");
    expect(reasonOf("double(order.net) > 150.5")).not.toHaveProperty("missing");
  });

  test("names what was not there by its text, wherever it was found missing", () => {
    expect(reasonOf("order.attributes.list[3] == 1", { attributes: { list: [1] } })).toEqual({
      kind: "attribute_missing",
      part: "order.attributes.list[3] == 1",
      path: expect.stringContaining("order.attributes.list"),
    });
    expect(reasonOf("order.net / (order.shipping - 1000) > 1")).toMatchObject({ kind: "evaluation_failed" });
  });

  test("a condition of just 2 000 characters is judged, one more is too long", () => {
    const just = `order.net > 0 //${" ".repeat(2_000 - 16)}`;
    expect(compileCondition(just, "when", new Set())).toHaveProperty("parts");
    expect(compileCondition(`${just} `, "when", new Set())).toEqual({
      code: "too_long",
      detail: "a condition has at most 2000 characters",
      range: { start: 0, end: 2_001 },
    });
  });

  test("a rule without `on` knows no event, one with it no order", () => {
    const detailOf = (text: string, scope: ConditionScope) => {
      const compiled = compileCondition(text, scope, new Set());
      return "code" in compiled ? compiled.detail : null;
    };
    expect(detailOf('event.type == "a"', "when")).toMatch(/; only a rule with `on` looks at an event$/);
    expect(detailOf('event.type == "a"', "lines")).toMatch(/; only a rule with `on` looks at an event$/);
    expect(detailOf("order.net > 1", "event")).toMatch(/; a rule with `on` looks at its event and at no order$/);
    expect(detailOf('event.type == "a"', "day")).toMatch(/; a rule on a day looks at its member only$/);
    expect(detailOf("order.nothing > 1", "when")).not.toMatch(/; /);
    expect(detailOf("order.net + 1", "when")).toBe("a condition is true or false; this has type int");
  });

  test("lines are selected by all parts of a condition, or not at all where it could take too long", () => {
    const program = programOf({
      rules: [{ id: "rule", lines: 'line.category == "a" && line.net > 50', effects: [{ kind: "discount_percent", percent: 10 }] }],
    });
    const lines = [line(1, 100, { category: "a" }), line(2, 100), line(3, 40, { category: "a" }), line(4, 60, { category: "a" })];
    const decision = program.decideOrder(member(), cart(lines), AT);
    expect(decision.discounts[0]?.lines.map((each) => each.line)).toEqual([1, 4]);
    const slow = programOf({
      rules: [
        {
          id: "rule",
          lines: "order.lines.exists(a, order.lines.exists(b, a.net > b.net + line.net))",
          effects: [{ kind: "discount_percent", percent: 10 }],
        },
      ],
    });
    const many = Array.from({ length: 200 }, (_, n) => line(n + 1, 100));
    expect(traceOf(slow.decideOrder(member(), cart(many), AT), "rule").reason).toMatchObject({
      kind: "evaluation_failed",
      part: "order.lines.exists(a, order.lines.exists(b, a.net > b.net + line.net))",
      detail: expect.stringMatching(/^it could take \d+ steps on this order; the limit is 500000$/),
    });
  });
});

describe("facts in a condition", () => {
  const holds = (when: string, over: object = {}, at = AT) =>
    traceOf(programWhen(when).decideOrder(member(), cart([line(1, 100)], over), at), "rule").matched;

  test("are whole numbers where they are whole, texts and truths as they are", () => {
    const attributes = { whole: 4, part: 0.5, text: "4", yes: true, list: [1, 2.5, "a"] };
    expect(holds("order.attributes.whole == 4 && order.attributes.whole / 3 == 1", { attributes })).toBe(true);
    expect(holds("order.attributes.part * 2.0 == 1.0", { attributes })).toBe(true);
    expect(holds('order.attributes.text == "4" && order.attributes.yes', { attributes })).toBe(true);
    expect(holds('1 in order.attributes.list && 2.5 in order.attributes.list && "a" in order.attributes.list', { attributes })).toBe(true);
  });

  test("of the clock are the hours and minutes of the program's zone", () => {
    const at = new Date("2026-03-15T05:47:31Z");
    expect(holds("local.hour == 13 && local.minute == 47", {}, at)).toBe(true);
  });
});
