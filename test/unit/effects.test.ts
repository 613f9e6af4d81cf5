import { describe, expect, test } from "vitest";
import type { CartFacts } from "../../src/rules/decision.ts";
import { Effect } from "../../src/rules/effects/index.ts";
import { AT, cart, line, member, pointsIn, programOf, traceOf } from "../support/rules.ts";

type Input = { kind: string } & Record<string, unknown>;

/** 240.05 yuan in five units of three prices, and 10 yuan of shipping. */
const CART = cart([10_000, line(2, 3000, { quantity: 3 }), line(3, 5005)]);
const TIERS = [{ id: "regular" }, { id: "gold", qualification: { any: [{ metric: "spend", window: "365d", atLeast: 1 }] } }];

function decide(
  effects: Input | Input[],
  { facts = CART, tier = "regular", lines }: { facts?: CartFacts; tier?: string; lines?: string } = {},
) {
  const rule = { id: "rule", label: "Rule", effects: [effects].flat(), ...(lines !== undefined && { lines }) };
  const decision = programOf({ rules: [rule], tiers: TIERS }).decideOrder(member({ tier }), facts, AT);
  return { ...decision, trace: traceOf(decision, "rule"), points: pointsIn(decision) };
}

const amountsOf = (discounts: ReturnType<typeof decide>["discounts"]) =>
  Object.fromEntries(discounts.flatMap(({ lines }) => lines.map(({ line: number, amount }) => [number, amount])));

const rule = { rule: "rule", label: "Rule" };
const bundle = (price: number, items: Record<string, number>, limit?: number): Input => ({
  kind: "bundle_price",
  items: Object.entries(items).map(([sku, quantity]) => ({ sku, quantity })),
  price,
  ...(limit !== undefined && { limit }),
});
const ladder: Input = {
  kind: "discount_ladder",
  steps: [
    { atLeast: 50_000, amount: 10_000 },
    { atLeast: 20_000, amount: 3000 },
    { atLeast: 24_006, amount: 5000 },
  ],
};
const group: Input = {
  kind: "group_price",
  steps: [
    { atLeast: 5, unitPrice: 2500 },
    { atLeast: 3, unitPrice: 4000 },
  ],
};
const ofGroup = (groupSize: number | string) => ({ ...CART, attributes: { groupSize } });

/** What each kind takes off the lines of the cart, by line number. */
const PRICE: [name: string, effect: Input, amounts: Record<number, number>, options?: Parameters<typeof decide>[1]][] = [
  ["half up on each line", { kind: "discount_percent", percent: 10 }, { 1: 1000, 2: 900, 3: 501 }],
  ["in proportion", { kind: "discount_amount", amount: 2400 }, { 1: 1000, 2: 900, 3: 500 }],
  ["each full step", { kind: "discount_per_step", step: 10_000, amount: 1200, repeat: true }, { 1: 1000, 2: 900, 3: 500 }],
  ["the highest step that is reached", ladder, { 1: 1250, 2: 1125, 3: 625 }],
  ["units of one line", { kind: "discount_units_percent", pick: "cheapest", units: 2, percent: 50 }, { 2: 3000 }],
  ["units of several", { kind: "discount_units_percent", pick: "cheapest", units: 4, percent: 50 }, { 2: 4500, 3: 2503 }],
  ["the dearest", { kind: "discount_units_percent", pick: "dearest", units: 2, percent: 10 }, { 1: 1000, 3: 501 }],
  ["all of fewer", { kind: "discount_units_percent", pick: "dearest", units: 9, percent: 100 }, { 1: 10_000, 2: 9000, 3: 5005 }],
  ["off each, to 0", { kind: "discount_units_amount", pick: "dearest", units: 3, amount: 6000 }, { 1: 6000, 2: 3000, 3: 5005 }],
  ["off each", { kind: "discount_units_amount", pick: "cheapest", units: 2, amount: 100 }, { 2: 200 }],
  ["the cheapest is free", { kind: "buy_x_get_y", buy: 2, get: 1 }, { 2: 3000 }],
  ["as many sets as there are", { kind: "buy_x_get_y", buy: 1, get: 1, percent: 50 }, { 2: 3000 }],
  ["no more sets than the limit", { kind: "buy_x_get_y", buy: 1, get: 1, limit: 1 }, { 2: 3000 }],
  ["of the lines that match", { kind: "buy_x_get_y", buy: 1, get: 1 }, { 3: 5005 }, { lines: "line.quantity == 1" }],
  ["in proportion to the worth", bundle(11_000, { "sku-1": 1, "sku-2": 1 }), { 1: 1538, 2: 462 }],
  ["as often as there are units", bundle(2000, { "sku-2": 1 }), { 2: 3000 }],
  ["no more than the limit", bundle(2000, { "sku-2": 1 }, 2), { 2: 2000 }],
  [
    "where it is lower",
    {
      kind: "member_prices",
      prices: [
        { sku: "sku-1", unitPrice: 12_000 },
        { sku: "sku-2", unitPrice: 2500 },
      ],
    },
    { 2: 1500 },
  ],
  [
    "the lowest of those for the tier",
    {
      kind: "member_prices",
      prices: [
        { sku: "sku-2", unitPrice: 2500 },
        { sku: "sku-2", tier: "gold", unitPrice: 2000 },
        { sku: "sku-2", tier: "regular", unitPrice: 1 },
      ],
    },
    { 2: 3000 },
    { tier: "gold" },
  ],
  ["the first step", group, { 1: 6000, 3: 1005 }, { facts: ofGroup(4) }],
  ["the highest step", group, { 1: 7500, 2: 1500, 3: 2505 }, { facts: ofGroup(5) }],
];

/** The points of an order that earns 240 by itself. */
const POINTS: [name: string, effects: Input[], points: number, options?: Parameters<typeof decide>[1]][] = [
  ["a further rate", [{ kind: "points_per_amount", wallet: "points", points: 1, perAmount: 1000 }], 264],
  ["a multiplier", [{ kind: "points_multiplier", multiplier: 2 }], 480],
  ["a multiplier on lines", [{ kind: "points_multiplier", multiplier: 2 }], 330, { lines: "line.quantity == 3" }],
  ["whole points", [{ kind: "bonus_points", wallet: "points", points: 7 }], 247],
  ["each unit", [{ kind: "points_per_quantity", wallet: "points", points: 10 }], 290],
  ["each two units", [{ kind: "points_per_quantity", wallet: "points", points: 10, perQuantity: 2 }], 260],
  ["units of lines", [{ kind: "points_per_quantity", wallet: "points", points: 10 }], 270, { lines: "line.quantity == 3" }],
  ["a percentage more", [{ kind: "points_percent", percent: 10 }], 264],
  ["a percentage more on lines", [{ kind: "points_percent", wallet: "points", percent: 12.5 }], 251, { lines: "line.quantity == 3" }],
  ["percentages beside each other", Array.from({ length: 2 }, () => ({ kind: "points_percent", percent: 10 })), 288],
  [
    "a percentage of what multipliers left, and of nothing else",
    [
      { kind: "points_percent", percent: 10 },
      { kind: "points_multiplier", multiplier: 2 },
      { kind: "points_per_quantity", wallet: "points", points: 100 },
      { kind: "bonus_points", wallet: "points", points: 100 },
    ],
    480 + 48 + 500 + 100,
  ],
];

/** What comes off 1000 of shipping. */
const SHIPPING: [effects: Input[], left: number, took: { kind: string; amount: number }[]][] = [
  [[{ kind: "free_shipping" }], 0, [{ kind: "free_shipping", amount: 1000 }]],
  [[{ kind: "shipping_discount_amount", amount: 300 }], 700, [{ kind: "reduced_shipping", amount: 300 }]],
  [[{ kind: "shipping_discount_amount", amount: 1001 }], 0, [{ kind: "reduced_shipping", amount: 1000 }]],
  [[{ kind: "shipping_discount_percent", percent: 33.35 }], 666, [{ kind: "reduced_shipping", amount: 334 }]],
  [
    [
      { kind: "shipping_discount_percent", percent: 50 },
      { kind: "shipping_discount_percent", percent: 50 },
    ],
    250,
    [
      { kind: "reduced_shipping", amount: 500 },
      { kind: "reduced_shipping", amount: 250 },
    ],
  ],
];

const STOREFRONT: [effect: Input, told: Record<string, unknown>, name: string][] = [
  [{ kind: "gift", sku: "tote" }, { sku: "tote", quantity: 1 }, "tote"],
  [{ kind: "entitlement", entitlement: "gift_wrap" }, { entitlement: "gift_wrap", value: true }, "gift_wrap"],
  [
    { kind: "entitlement", entitlement: "dispatch_within_hours", value: 12 },
    { entitlement: "dispatch_within_hours", value: 12 },
    "dispatch_within_hours",
  ],
  [{ kind: "coupon", coupon: "welcome-50" }, { coupon: "welcome-50" }, "welcome-50"],
  [{ kind: "grant_tier", tier: "regular", until: "P1M/EOM" }, { tier: "regular", until: "P1M/EOM" }, "regular"],
  [{ kind: "custom", name: "banner", payload: { sizes: [1, null] } }, { name: "banner", payload: { sizes: [1, null] } }, "banner"],
];

test("each kind of effect stands in a table below", () => {
  const effects = [...PRICE.map(([, effect]) => effect), ...[...POINTS, ...SHIPPING].flat(2), ...STOREFRONT.map(([effect]) => effect)];
  const shown = new Set(effects.flatMap((effect) => (typeof effect === "object" && "kind" in effect ? [effect.kind] : [])));

  expect(Effect.options.map((option) => option.shape.kind.value).filter((kind) => !shown.has(kind))).toEqual([]);
});

describe("what comes off the lines", () => {
  test.each(PRICE)("%s: %j", (_name, effect, amounts, options) => {
    const { discounts, totals, trace } = decide(effect, options);
    const amount = Object.values(amounts).reduce((sum, part) => sum + part, 0);

    expect(amountsOf(discounts)).toEqual(amounts);
    expect(totals).toMatchObject({ discount: amount, net: 24_005 - amount });
    expect(trace).toMatchObject({ matched: true, gave: [{ kind: effect.kind, amount, lines: Object.keys(amounts).map(Number) }] });
  });

  test("units are compared by what is left of one, and those that are free already are passed over", () => {
    const facts = cart([line(1, 4000, { quantity: 2 }), line(2, 3000), line(3, 0)]);
    const lowered = { kind: "discount_units_percent", pick: "dearest", units: 2, percent: 50 };

    // Line 1 is down to 2000 a unit, less than line 2; line 3 has nothing left.
    expect(amountsOf(decide([lowered, { kind: "buy_x_get_y", buy: 2, get: 1 }], { facts }).discounts)).toEqual({ 1: 6000 });
  });

  test.each([
    [{ kind: "buy_x_get_y", buy: 3, get: 3 }, CART, { kind: "too_few", of: "units", atLeast: 6, value: 5, short: 1 }],
    [
      bundle(1, { "sku-1": 2, "sku-2": 3, gone: 1 }),
      CART,
      {
        kind: "bundle_incomplete",
        missing: [
          { sku: "sku-1", quantity: 1 },
          { sku: "gone", quantity: 1 },
        ],
      },
    ],
    [bundle(3000, { "sku-2": 1 }), CART, { kind: "no_lower_price" }],
    [{ kind: "member_prices", prices: [{ sku: "sku-2", tier: "gold", unitPrice: 1 }] }, CART, { kind: "no_lower_price" }],
    [group, CART, { kind: "attribute_missing", part: "group_price", path: "order.attributes.groupSize" }],
    [group, ofGroup("3"), { kind: "evaluation_failed", part: "group_price" }],
    [group, ofGroup(2), { kind: "too_few", of: "participants", atLeast: 3, value: 2, short: 1 }],
    [ladder, cart([19_000]), { kind: "threshold", atLeast: 20_000, value: 19_000, short: 1000 }],
  ])("%j gives nothing, and says why", (effect, facts, reason) => {
    const { totals, trace } = decide(effect, { facts });

    expect(totals.discount).toBe(0);
    expect(trace).toMatchObject({ matched: false, reason, gave: [] });
  });

  test("amounts near 2^53 stay exact", () => {
    const facts = cart([line(1, 9_007_199_254_739, { quantity: 1000 })], { shipping: 0 });

    const { totals } = decide({ kind: "discount_units_percent", pick: "cheapest", units: 999, percent: 99.99 }, { facts });

    // 9 007 199 254 739 × 999 × 0.9999 = 8 997 292 236 278 712.5739
    expect(totals.discount).toBe(8_997_292_236_278_713);
  });
});

describe("points", () => {
  test.each(POINTS)("%s", (_name, effects, points, options) => {
    const decision = decide(effects, options);

    expect(decision.points).toBe(points);
    expect(decision.trace.gave.map(({ kind }) => kind)).toEqual(effects.map(({ kind }) => kind));
  });

  test("for quantities need a whole step, and say what is missing to it", () => {
    const { points, trace } = decide({ kind: "points_per_quantity", wallet: "points", points: 10, perQuantity: 6 });

    expect(points).toBe(240);
    expect(trace.reason).toEqual({ kind: "too_few", of: "units", atLeast: 6, value: 5, short: 1 });
  });

  test("the trace says what each gave", () => {
    const effects = [
      { kind: "points_per_quantity", wallet: "points", points: 10 },
      { kind: "points_percent", percent: 12.5 },
    ];

    expect(decide(effects).trace.gave).toEqual([
      { kind: "points_per_quantity", wallet: "points", points: 50 },
      { kind: "points_percent", percent: "12.5" },
    ]);
  });
});

test.each(SHIPPING)("%j leaves %d of the shipping", (effects, left, took) => {
  const decision = decide(effects);

  expect(decision.totals).toMatchObject({ shipping: left, payable: 24_005 + left });
  expect(decision.effects).toEqual(took.map(({ kind, amount }) => ({ kind, ...rule, amount })));
  expect(decision.trace.gave).toEqual(effects.map(({ kind }, index) => ({ kind, amount: took[index]?.amount })));
});

describe("what is for the storefront", () => {
  test.each(STOREFRONT)("%j is handed on", (effect, told, name) => {
    const { effects, totals, trace } = decide(effect);

    expect(effects).toEqual([{ kind: effect.kind, ...rule, ...told }]);
    expect(totals).toMatchObject({ discount: 0, shipping: 1000 });
    expect(trace.gave).toEqual([{ kind: effect.kind, name }]);
  });

  test("is told of orders that were paid already, which get no discount", () => {
    const facts = cart([line(1, 1000, { paid: 900 })], { pricing: "asPaid" });
    const gift = { kind: "gift", sku: "tote" };

    expect(decide([gift, { kind: "discount_percent", percent: 50 }], { facts })).toMatchObject({
      totals: { net: 900 },
      effects: [{ kind: "gift" }],
      trace: { gave: [{ kind: "gift" }] },
    });
  });
});

describe("programs are refused", () => {
  test.each([
    ["/prices/0/tier", { kind: "member_prices", prices: [{ sku: "a", tier: "none", unitPrice: 1 }] }],
    ["/prices", { kind: "member_prices", prices: Array.from({ length: 2 }, () => ({ sku: "a", unitPrice: 1 })) }],
    ["/items", { kind: "bundle_price", price: 1, items: Array.from({ length: 2 }, () => ({ sku: "a", quantity: 1 })) }],
    ["/steps", { kind: "discount_ladder", steps: Array.from({ length: 2 }, () => ({ atLeast: 1, amount: 1 })) }],
    ["/percent", { kind: "points_percent", percent: 0 }],
    ["/payload", { kind: "custom", name: "banner", payload: { text: "x".repeat(4096) } }],
    ["/wallet", { kind: "points_per_quantity", wallet: "none", points: 1 }],
  ])("for what is wrong at %s", (pointer, effect) => {
    expect(() => decide(effect)).toThrow(
      expect.objectContaining({ code: "program_invalid", errors: [expect.objectContaining({ pointer: `/rules/0/effects/0${pointer}` })] }),
    );
  });
});
