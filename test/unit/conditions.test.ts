import { describe, expect, test } from "vitest";
import type { CartFacts, MemberFacts } from "../../src/rules/decision.ts";
import { AT, cart, line, member, programOf, programWhen, traceOf } from "../support/rules.ts";

const facts: CartFacts = cart([line(1, 20_000, { category: "shoes", attributes: { organic: true } }), line(2, 10_000, { quantity: 2 })], {
  channel: "web",
  attributes: { gift: true, score: 4, ratio: 0.5, tags: ["a", "b"] },
});

function judged(when: string, over: { member?: Partial<MemberFacts>; cart?: CartFacts; at?: Date } = {}) {
  return traceOf(programWhen(when).decideOrder(member(over.member), over.cart ?? facts, over.at ?? AT), "rule");
}

describe("a condition holds", () => {
  test.each([
    'member.id == "m-1" && member.tier == "regular" && member.status == "active"',
    'member.enrolledAt < timestamp("2026-02-01T00:00:00Z")',
    'now - member.enrolledAt > duration("24h")',
    "member.joinedDays == 73 && member.tierSinceDays == 73",
    "!has(member.birthDate)",
    "order.gross == 40000 && order.net == 40000 && order.shipping == 1000",
    'order.currency == "CNY" && order.channel == "web" && order.pricing == "engine"',
    "order.quantity == 3 && order.lineCount == 2",
    "order.attributes.gift == true && order.attributes.score == 4 && order.attributes.score > 3.5 && order.attributes.ratio < 1.0",
    '"b" in order.attributes.tags',
    'order.attributes.tags.exists(t, t == "b")',
    'order.lines.exists(l, has(l.category) && l.category == "shoes")',
    "order.lines.all(l, l.net == l.gross && l.unitPrice >= 10000)",
    "order.lines.filter(l, l.quantity > 1).size() == 1",
    "!has(order.country) && !has(member.attributes.birthday)",
    // 15 March 2026 is a Sunday; AT is noon in Shanghai.
    'local.date == "2026-03-15" && local.year == 2026 && local.month == 3 && local.day == 15',
    "local.weekday == 7 && local.hour == 12 && local.minute == 0",
    'order.channel.matchesRe2("^we?b$")',
    "(order.net - 1) * 2 >= (order.gross + 1) && ((order.lineCount > 1) || false)",
    "order.net - (order.gross - 1) == 1 && true",
    "order.net > 1 // && order.net > 90000\n && ((order.gross > 1))",
    '(order.channel == "web") && !(order.channel == "a && b") && ("(" != ")")',
  ])("%s", (when) => {
    expect(judged(when)).toMatchObject({ matched: true });
  });
});

describe("member.birthdayInDays counts local days to the next birthday", () => {
  test.each([
    ["1990-03-15", "2026-03-15T04:00:00Z", 0],
    ["1990-03-15", "2026-03-14T15:59:59Z", 1], // the 14th in Shanghai until 16:00Z
    ["1990-03-14", "2026-03-15T04:00:00Z", 364],
    ["1990-01-01", "2026-12-31T04:00:00Z", 1],
    ["1992-02-29", "2026-02-27T04:00:00Z", 1], // 28 February in a year without the 29th
    ["1992-02-29", "2028-02-28T04:00:00Z", 1],
  ])("born %s, at %s: %i", (birthDate, at, days) => {
    const born = { member: { birthDate }, at: new Date(at) };

    expect(judged(`member.birthdayInDays == ${days}`, born).matched).toBe(true);
    expect(judged("member.birthdayInDays > 400", born).reason).toEqual({
      kind: "condition",
      part: "member.birthdayInDays > 400",
      values: { "member.birthdayInDays": "(not kept)" },
    });
  });

  test("and is missing where the birth date is", () => {
    expect(judged("member.birthdayInDays < 7").reason).toEqual({
      kind: "attribute_missing",
      part: "member.birthdayInDays < 7",
      path: "member.birthdayInDays",
    });
    expect(judged("!has(member.birthdayInDays)").matched).toBe(true);
  });
});

describe("a condition that does not hold says why", () => {
  test("the first part that failed, with the values seen and what is missing", () => {
    const trace = judged('order.channel == "web" && (order.net >= 50000) && order.quantity > 90');

    expect(trace).toMatchObject({ matched: false, gave: [] });
    expect(trace.reason).toEqual({
      kind: "condition",
      part: "order.net >= 50000",
      values: { "order.net": "40000" },
      missing: { path: "order.net", atLeast: "50000", value: "40000", short: "10000" },
    });
  });

  test.each([
    ["order.net > 40000", { path: "order.net", atLeast: "40001", value: "40000", short: "1" }],
    ["50000 <= order.net", { path: "order.net", atLeast: "50000", value: "40000", short: "10000" }],
    [
      "(order.net + order.shipping) >= order.gross * 2",
      { path: "order.net + order.shipping", atLeast: "80000", value: "41000", short: "39000" },
    ],
    ["(order.net) >= (order.gross + (1))", { path: "order.net", atLeast: "40001", value: "40000", short: "1" }],
    ["order.net <= 30000", undefined],
    ["30000 > order.net", undefined],
    ["order.lines.exists(l, l.net >= 90000)", undefined],
  ])("%s: missing %j", (when, missing) => {
    const { reason } = judged(when);

    expect(reason).toMatchObject({ kind: "condition", part: when });
    expect(reason && "missing" in reason ? reason.missing : undefined).toEqual(missing);
  });

  test("of the birth date the name is kept, never the value, not even in the message of a conversion", () => {
    const born = { member: { birthDate: "1990-06-10" } };

    expect(judged('member.birthDate > "2008-03-15"', born).reason).toEqual({
      kind: "condition",
      part: 'member.birthDate > "2008-03-15"',
      values: { "member.birthDate": "(not kept)" },
    });
    for (const when of [
      "bool(member.birthDate)",
      'duration(member.birthDate) > duration("1h")',
      "[member.birthDate].exists(date, bool(date))",
      "[member].exists(m, bool(m.birthDate))",
      '{"a": 1}[member.birthDate] == 1',
    ]) {
      const { matched, reason } = judged(when, born);

      expect(matched).toBe(false);
      expect(JSON.stringify(reason)).not.toContain("1990");
    }
  });

  test.each([
    ['member.birthDate < "2008-03-15"', "member.birthDate"],
    ["member.attributes.age >= 18", "member.attributes.age"],
    ['order.country == "FR"', "order.country"],
    ["order.attributes.nothing == 1", "order.attributes.nothing"],
    ["order.lines.exists(l, l.attributes.nothing == 1)", "l.attributes.nothing"],
    ["order.lines[7].net > 1", "order.lines[7]"],
    ["order.attributes.nothing == 1 || order.net > 90000", "order.attributes.nothing"],
  ])("%s: missing is not matched, and named", (when, path) => {
    expect(judged(when)).toMatchObject({ matched: false, reason: { kind: "attribute_missing", part: when, path } });
  });

  test("what is missing does not matter where the rest decides", () => {
    expect(judged("order.attributes.nothing == 1 || order.net > 1").matched).toBe(true);
  });

  test("of personal attributes the name is kept, never the value", () => {
    const trace = judged('member.attributes.diagnosis == "flu" && order.net > 0', { member: { attributes: { diagnosis: "secret" } } });

    expect(trace.reason).toEqual({
      kind: "condition",
      part: 'member.attributes.diagnosis == "flu"',
      values: { "member.attributes.diagnosis": "(not kept)" },
    });
    for (const when of ["member.attributes.age >= 18", "int(member.attributes.age) >= 18", "[member].exists(m, m.attributes.age == 18)"]) {
      const { matched, reason } = judged(when, { member: { attributes: { age: 7 } } });

      expect(matched).toBe(false);
      expect(reason).not.toHaveProperty("missing");
      expect(JSON.stringify(reason)).not.toContain('"7"');
    }
  });

  test.each([
    ["order.gross / (order.net - 40000) > 1", "division by zero"],
    ["order.attributes.score.exists(x, x > 1)", "cannot be range of a comprehension"],
    ["order.attributes.gift > 3", "no such overload"],
    ["order.attributes.score && order.net > 0", "neither true nor false"],
  ])("%s: fails when it is judged, and the order goes on", (when, detail) => {
    expect(judged(when)).toMatchObject({ matched: false, reason: { kind: "evaluation_failed", detail: expect.stringContaining(detail) } });
  });
});

describe("no condition stalls the process", () => {
  const big = cart(Array.from({ length: 1000 }, (_, index) => line(index + 1, 100, { name: "x".repeat(200) })));

  test("one that could take too long on a huge cart is not started", () => {
    const started = performance.now();
    const { matched, reason } = judged("order.lines.all(a, order.lines.exists(b, a.net + b.net == 200))", { cart: big });

    expect(matched).toBe(false);
    expect(reason).toMatchObject({ kind: "evaluation_failed", detail: expect.stringContaining("steps") });
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("one condition may not spend what is there for all", () => {
    const when = "order.lines.all(a, order.lines.exists(b, b.net == a.net))";
    const some = { ...big, lines: big.lines.slice(0, 400) };

    expect(judged(when, { cart: some }).reason).toMatchObject({ detail: expect.stringContaining("the limit is 500000") });
  });

  test("many conditions may not spend more than there is", () => {
    const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];
    const rules = Array.from({ length: 300 }, (_, n) => ({ id: `r${1000 + n}`, when: "order.lines.all(l, l.net == 100)", effects }));

    const { trace } = programOf({ rules }).decideOrder(member(), big, AT);

    expect(trace.find(({ rule }) => rule === "r1000")?.matched).toBe(true);
    expect(trace.at(-1)?.reason).toMatchObject({ kind: "evaluation_failed", detail: expect.stringContaining("used up") });
  });

  test("lists that a condition writes out itself count like those of the cart", () => {
    const list = `[${Array.from({ length: 120 }, (_, n) => n).join(", ")}]`;
    const when = `(${list} + []).all(x, (${list} + []).exists(y, x / (y - y) == 1))`;
    const started = performance.now();

    expect(judged(when).reason).toMatchObject({ kind: "evaluation_failed", detail: expect.stringContaining("the limit is 500000") });
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("what may end in an error costs more than what cannot", () => {
    const some = { ...big, lines: big.lines.slice(0, 150) };

    expect(judged("order.lines.all(a, order.lines.exists(b, a.net == b.net))", { cart: some }).matched).toBe(true);
    expect(judged("order.lines.all(a, order.lines.exists(b, a.net / b.net == 1))", { cart: some }).reason).toMatchObject({
      detail: expect.stringContaining("steps"),
    });
  });

  test("what is left of the order is summed once a turn, and anew at the next", () => {
    const rules = [
      { id: "first", priority: 2, when: "order.lines.all(l, order.net == 100000)", effects: [{ kind: "discount_amount", amount: 1000 }] },
      { id: "then", when: "order.lines.all(l, order.net == 99000)", effects: [{ kind: "discount_amount", amount: 1 }] },
    ];

    expect(programOf({ rules }).decideOrder(member(), big, AT).totals.discount).toBe(1001);
  });

  test("the same condition is judged on an ordinary cart", () => {
    expect(judged("order.lines.all(a, order.lines.exists(b, a.net + b.net == 40000))").matched).toBe(true);
  });

  test("a pattern that stops other engines takes no time", () => {
    const evil = cart([line(1, 100, { name: `${"a".repeat(199)}!` })]);
    const started = performance.now();

    expect(judged('order.lines.exists(l, l.name.matchesRe2("^(a+)+$"))', { cart: evil }).matched).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });

  test("a text that is too long for a pattern is an answer, not an error", () => {
    const long = cart([line(1, 100, { name: "a".repeat(201) })]);

    expect(judged('order.lines.exists(l, l.name.matchesRe2("a"))', { cart: long })).toMatchObject({
      matched: false,
      reason: { kind: "evaluation_failed", detail: expect.stringContaining("200 characters") },
    });
  });
});

describe("readsProfile", () => {
  test.each([
    ["order.net > 1", false],
    ['member.tier == "regular"', false],
    ["has(member.attributes.x)", true],
    ["order.lines.exists(l, member.attributes.x == 1)", true],
    ['member["attributes"].x == 1', true],
    ["has(member.birthDate)", true],
    ["member.birthdayInDays < 7", true],
    ["member.joinedDays < 30 && member.tierSinceDays > 1", false],
    ["[member].exists(m, m.attributes.x == 1)", true],
  ])("%s: %s", (when, expected) => {
    expect(programWhen(when).readsProfile).toBe(expected);
  });

  test("lines conditions count too", () => {
    const effects = [{ kind: "bonus_points", wallet: "points", points: 1 }];

    expect(programOf({ rules: [{ id: "rule", lines: "member.attributes.x == line.sku", effects }] }).readsProfile).toBe(true);
  });
});
