import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { diffPrograms } from "../../src/programs/diff.ts";
import { runTestCases } from "../../src/programs/run-test-cases.ts";
import type { EventFacts } from "../../src/rules/decision.ts";
import { AT, cart, member, pointsIn, programInput, programOf, traceOf } from "../support/rules.ts";

const REVIEW = {
  type: "review_written",
  schema: {
    type: "object",
    required: ["stars"],
    properties: {
      stars: { type: "integer", minimum: 1, maximum: 5 },
      product: { type: "object" },
      photos: { type: "array", items: { type: "object" } },
    },
  },
};
const bonus = (points: number) => [{ kind: "bonus_points", wallet: "points", points }];
const on = (over: Record<string, unknown>) => ({ id: "rule", on: "review_written", effects: bonus(5), ...over });
const withRules = (...rules: Record<string, unknown>[]) => ({ events: [REVIEW, { type: "check_in" }], rules });
const event = (data: EventFacts["data"], type = "review_written"): EventFacts => ({ id: "e-1", type, data });
const decide = (rule: Record<string, unknown>, data: EventFacts["data"], at = AT) =>
  programOf(withRules(on(rule))).decideEvent(member(), event(data), at);

function problemsOf(over: Record<string, unknown>): string[] {
  try {
    parseProgram(programInput(over));
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors.map(({ pointer, code }) => `${pointer} ${code}`);
    throw error;
  }
  return [];
}

describe("a rule on events", () => {
  test("is judged on events of its type only, and one without `on` on orders only", () => {
    const program = programOf(withRules(on({}), { id: "on-orders", effects: bonus(7) }, on({ id: "other", on: "check_in" })));

    const decided = program.decideEvent(member(), event({ stars: 5 }), AT);
    const ordered = program.decideOrder(member(), cart([10_000]), AT);

    expect(decided.trace.map(({ rule }) => rule)).toEqual(["rule"]);
    expect(decided).toMatchObject({ tier: "regular", totals: { gross: 0, net: 0, payable: 0 }, lines: [], discounts: [] });
    expect(decided.accruals).toEqual([
      { wallet: "points", points: 5, coefficients: [], bonuses: [{ rule: "rule", points: 5 }], rules: ["rule"] },
    ]);
    expect(ordered.trace.map(({ rule }) => rule)).toEqual(["tier:regular", "on-orders"]);
    expect(pointsIn(ordered)).toBe(107);
  });

  test("a tier multiplies nothing and discounts nothing", () => {
    const tiers = [{ id: "regular", benefits: { multiplier: 3, discountPercent: 10 } }];
    const decided = programOf({ ...withRules(on({})), tiers }).decideEvent(member(), event({ stars: 5 }), AT);

    expect(pointsIn(decided)).toBe(5);
    expect(decided.trace).toHaveLength(1);
  });

  test.each([
    'event.id == "e-1" && event.type == "review_written"',
    "event.data.stars >= 4 && event.data.stars == 5",
    'event.data.product.sku == "shoes" && event.data.product.price == 9.5',
    'event.data.photos.exists(p, p.kind == "video") && event.data.photos.size() == 2',
    "event.data.product.gone == null && !has(event.data.product.name)",
    'member.tier == "regular" && local.hour == 12 && now > timestamp("2026-03-01T00:00:00Z")',
    'event.data.photos[0].tags == ["a", "b"]',
  ])("holds: %s", (when) => {
    const data = {
      stars: 5,
      product: { sku: "shoes", price: 9.5, gone: null },
      photos: [{ kind: "picture", tags: ["a", "b"] }, { kind: "video" }],
    };
    expect(traceOf(decide({ when }, data), "rule")).toMatchObject({ matched: true });
  });

  test("what is missing in the data makes it not match, and is named", () => {
    const missing = (when: string) => traceOf(decide({ when }, { stars: 5 }), "rule").reason;

    expect(missing("event.data.score > 1")).toEqual({ kind: "attribute_missing", part: "event.data.score > 1", path: "event.data.score" });
    expect(missing('event.data.product.sku == "a"')).toMatchObject({ kind: "attribute_missing", path: "event.data.product.sku" });
    expect(missing("event.data.photos.exists(p, p.big)")).toMatchObject({ kind: "attribute_missing" });
    expect(missing("event.data.stars > 5")).toEqual({
      kind: "condition",
      part: "event.data.stars > 5",
      values: { "event.data.stars": "5" },
    });
  });

  test("has schedule, times, pauses and groups like one on orders", () => {
    const group = programOf(withRules(on({ id: "a", group: "g", priority: 1 }), on({ id: "b", group: "g" })));

    expect(traceOf(decide({ schedule: { weekdays: ["mo"] } }, { stars: 1 }), "rule").reason).toMatchObject({ kind: "not_scheduled" });
    expect(traceOf(decide({ until: AT.toISOString() }, { stars: 1 }), "rule").reason).toMatchObject({ kind: "no_longer_active" });
    expect(traceOf(decide({ state: "paused" }, { stars: 1 }), "rule").reason).toEqual({ kind: "paused" });
    expect(traceOf(group.decideEvent(member(), event({ stars: 1 }), AT), "b").reason).toEqual({ kind: "group_taken", group: "g", by: "a" });
  });

  test("gives coupons, gifts, entitlements and custom effects", () => {
    const effects = [
      { kind: "coupon", coupon: "welcome-50" },
      { kind: "gift", sku: "pen" },
      { kind: "custom", name: "confetti" },
    ];

    expect(decide({ effects }, { stars: 5 }).effects).toEqual([
      { kind: "coupon", coupon: "welcome-50", rule: "rule", label: "rule" },
      { kind: "gift", sku: "pen", quantity: 1, rule: "rule", label: "rule" },
      { kind: "custom", name: "confetti", payload: {}, rule: "rule", label: "rule" },
    ]);
    expect(traceOf(decide({ effects }, { stars: 5 }), "rule").gave[0]).toEqual({ kind: "coupon", name: "welcome-50" });
  });

  test("over data that makes it too expensive is not judged", () => {
    const items = Array.from({ length: 100 }, (_, at) => ({ at, near: [at, at + 1, at + 2] }));
    const when = "event.data.items.exists(a, event.data.items.exists(b, a.near == b.near && a.at != b.at))";

    expect(traceOf(decide({ when }, { stars: 1, items }), "rule").reason).toMatchObject({ kind: "evaluation_failed" });
  });
});

describe("a program is refused", () => {
  test.each([
    ["an unknown event", on({ on: "survey" }), ["/rules/0/on unknown_event"]],
    ["an order in a condition", on({ when: "order.net > 1" }), ["/rules/0/when condition_unknown_variable"]],
    ["lines on an event", on({ lines: "line.net > 1" }), ["/rules/0/lines event_has_no_lines"]],
    [
      "effects on prices, lines and shipping",
      on({
        effects: [
          ...bonus(1),
          { kind: "discount_percent", percent: 5 },
          { kind: "free_shipping" },
          { kind: "points_multiplier", multiplier: 2 },
          { kind: "points_per_amount", wallet: "points", points: 1, perAmount: 1 },
        ],
      }),
      [1, 2, 3, 4].map((at) => `/rules/0/effects/${at}/kind effect_needs_order`),
    ],
    ["an event on an order", { id: "rule", when: "event.data.stars > 1", effects: bonus(1) }, ["/rules/0/when condition_unknown_variable"]],
  ])("%s", (_, rule, problems) => {
    expect(problemsOf(withRules(rule))).toEqual(problems);
  });

  test("a type of event that stands twice", () => {
    expect(problemsOf({ events: [REVIEW, REVIEW] })).toEqual(["/events/1/type repeated"]);
  });

  test("says what a rule on events can look at", () => {
    expect(() => parseProgram(programInput(withRules(on({ when: "order.net > 1" }))))).toThrow(
      expect.objectContaining({
        errors: [
          expect.objectContaining({
            detail: 'line 1, column 1 near "order": Unknown variable: order; a rule with `on` looks at its event and at no order',
          }),
        ],
      }),
    );
  });
});

describe("a test case with an event", () => {
  const rules = [on({ when: "event.data.stars >= 4" })];
  const review = (name: string, data: unknown, expected: Record<string, unknown>) => ({
    name,
    at: "2026-03-08T12:00:00+08:00",
    event: { type: "review_written", data },
    expect: expected,
  });
  const failures = (...tests: Record<string, unknown>[]) =>
    [...runTestCases(programOf({ ...withRules(...rules), tests }))].flat().map(({ pointer, detail }) => `${pointer} ${detail}`);

  test("is run like one with an order", () => {
    expect(
      failures(
        review("good", { stars: 4 }, { points: { points: 5 }, matched: ["rule"], effects: [] }),
        review("bad", { stars: 3 }, { points: { points: 0 }, notMatched: ["rule"] }),
        review("wrong", { stars: 4 }, { points: { points: 6 } }),
        review("no such data", { stars: 6, product: 1 }, { matched: ["rule"] }),
      ),
    ).toEqual([
      "/tests/2/expect/points/points wrong: expected 6, got 5: base 0, rule +5",
      "/tests/3/event/data/stars no such data: must be <= 5",
      "/tests/3/event/data/product no such data: must be object",
    ]);
  });

  test("has an event that the program declares, and no order beside it", () => {
    const order = { lines: [{ unitPrice: 1 }] };
    const tests = [
      { ...review("both", { stars: 1 }, { matched: [] }), order },
      { name: "none", at: "2026-03-08T12:00:00Z", expect: { matched: [] } },
      { name: "unknown", at: "2026-03-08T12:00:00Z", event: { type: "survey" }, expect: { matched: [] } },
    ];

    expect(problemsOf({ ...withRules(...rules), tests })).toEqual([
      "/tests/0 order_or_event",
      "/tests/1 order_or_event",
      "/tests/2/event/type unknown_event",
    ]);
  });
});

test("the diff says which events are new and what of them is different", () => {
  const of = (events: unknown[]) => parseProgram(programInput({ events }));
  const stricter = { ...REVIEW, schema: { ...REVIEW.schema, properties: { ...REVIEW.schema.properties, stars: { type: "integer" } } } };

  expect(diffPrograms(of([REVIEW]), of([stricter, { type: "check_in" }]))).toEqual([
    "event review_written: schema properties stars minimum removed (was 1)",
    "event review_written: schema properties stars maximum removed (was 5)",
    "event check_in: added",
  ]);
});
