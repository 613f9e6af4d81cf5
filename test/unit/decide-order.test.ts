import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import type { CartFacts } from "../../src/rules/decision.ts";
import { AT, cart, line, member, pointsIn, programOf, traceOf } from "../support/rules.ts";

const percent = (value: number) => ({ kind: "discount_percent", percent: value });
const amount = (value: number) => ({ kind: "discount_amount", amount: value });
const multiplier = (value: number, wallet?: string) => ({ kind: "points_multiplier", multiplier: value, ...(wallet && { wallet }) });
const bonus = (points: number) => ({ kind: "bonus_points", wallet: "points", points });
const rate = (points: number) => ({ kind: "points_per_amount", wallet: "points", points, perAmount: 100 });
const freeShipping = { kind: "free_shipping" };

const decide = (program: Record<string, unknown>, facts: CartFacts, tier = "regular") =>
  programOf(program).decideOrder(member({ tier }), facts, AT);

describe("discounts", () => {
  test("go by priority, each on what the former ones left; the tier goes first", () => {
    const rules = [
      { id: "c", priority: 1, effects: [percent(10)] },
      { id: "b", priority: 5, effects: [amount(1000)] },
      { id: "a", priority: 1, effects: [percent(50)] },
    ];
    const tiers = [{ id: "regular", name: "Regular", benefits: { discountPercent: 10 } }];

    const decision = decide({ rules, tiers }, cart([10_000]));

    expect(decision.discounts.map(({ rule, label, amount }) => [rule, label, amount])).toEqual([
      ["tier:regular", "Regular", 1000],
      ["b", "b", 1000],
      ["a", "a", 4000],
      ["c", "c", 400],
    ]);
    expect(decision.totals).toEqual({ gross: 10_000, discount: 6400, net: 3600, shipping: 1000, payable: 4600 });
    expect(decision.lines).toEqual([{ line: 1, gross: 10_000, discount: 6400, net: 3600, base: 3600 }]);
  });

  test("a condition sees what is left at its turn", () => {
    const rules = [
      { id: "first", priority: 2, effects: [amount(5000)] },
      { id: "second", priority: 1, when: "order.net >= 6000", effects: [amount(1)] },
      { id: "points", priority: 9, when: "order.net == 5000 && order.gross == 10000", effects: [bonus(7)] },
    ];

    const decision = decide({ rules }, cart([10_000]));

    expect(traceOf(decision, "second").reason).toMatchObject({ kind: "condition", missing: { short: "1000" } });
    expect(traceOf(decision, "points").matched).toBe(true);
    expect(decision.trace.map(({ rule }) => rule)).toEqual(["tier:regular", "first", "second", "points"]);
  });

  test("what an amount is worth beyond the order is lost", () => {
    const decision = decide({ rules: [{ id: "rule", effects: [amount(5000)] }] }, cart([3000, 0]));

    expect(decision.totals).toEqual({ gross: 3000, discount: 3000, net: 0, shipping: 1000, payable: 1000 });
    expect(decision.discounts).toEqual([{ rule: "rule", label: "rule", amount: 3000, lines: [{ line: 1, amount: 3000 }] }]);
    expect(pointsIn(decision)).toBe(0);
  });

  test("a rule with nothing left to take from gives nothing", () => {
    const rules = [
      { id: "all", priority: 1, effects: [percent(100)] },
      { id: "more", effects: [amount(100)] },
    ];

    expect(traceOf(decide({ rules }, cart([3000])), "more")).toMatchObject({ matched: false, reason: { kind: "nothing_left" }, gave: [] });
  });

  test("lines conditions select what is touched, and each line by its own", () => {
    const rules = [{ id: "shoes", lines: 'line.category == "shoes"', effects: [percent(10)] }];
    const facts = cart([line(1, 1000, { category: "shoes" }), line(2, 1000), line(3, 1005, { category: "shoes" })]);

    const decision = decide({ rules }, facts);

    expect(decision.discounts[0]?.lines).toEqual([
      { line: 1, amount: 100 },
      { line: 3, amount: 101 },
    ]);
    expect(traceOf(decision, "shoes").gave).toEqual([{ kind: "discount_percent", amount: 201, lines: [1, 3] }]);
    expect(traceOf(decide({ rules }, cart([1000])), "shoes").reason).toEqual({ kind: "no_line_matched" });
  });

  test.each([
    [29_999, {}, 0],
    [30_000, {}, 5000],
    [65_000, {}, 5000],
    [65_000, { repeat: true }, 10_000],
    [59_999, { repeat: true }, 5000],
  ])("满减 of %d with %j takes %d off", (gross, over, discount) => {
    const rules = [{ id: "step", effects: [{ kind: "discount_per_step", step: 30_000, amount: 5000, ...over }] }];

    const decision = decide({ rules }, cart([gross]));

    expect(decision.totals.discount).toBe(discount);
  });

  test("满减 says how much is missing, looking at what is left or at list prices", () => {
    const rules = (threshold: string) => [
      { id: "ten", priority: 1, effects: [percent(10)] },
      { id: "step", effects: [{ kind: "discount_per_step", step: 30_000, amount: 5000, threshold }] },
    ];

    const left = decide({ rules: rules("left") }, cart([33_332]));
    const list = decide({ rules: rules("list") }, cart([33_332]));

    expect(traceOf(left, "step").reason).toEqual({ kind: "threshold", atLeast: 30_000, value: 29_999, short: 1 });
    expect(list.totals.discount).toBe(3333 + 5000);
  });
});

describe("exclusive groups", () => {
  const rules = [
    { id: "low", priority: 1, group: "sale", effects: [amount(100)] },
    { id: "high", priority: 2, group: "sale", when: "order.net > 5000", effects: [amount(200)] },
    { id: "other", priority: 0, effects: [amount(10)] },
  ];

  test("of the rules that match only the first by priority applies", () => {
    const decision = decide({ rules }, cart([6000]));

    expect(decision.discounts.map(({ rule }) => rule)).toEqual(["high", "other"]);
    expect(traceOf(decision, "low").reason).toEqual({ kind: "group_taken", group: "sale", by: "high" });
  });

  test("one that does not match leaves its place to the next", () => {
    expect(decide({ rules }, cart([4000])).discounts.map(({ rule }) => rule)).toEqual(["low", "other"]);
  });
});

describe("from and until", () => {
  const rules = [{ id: "rule", from: "2026-08-07T16:00:00Z", until: "2026-08-09T00:00:00+08:00", effects: [bonus(1)] }];
  const program = programOf({ rules });
  const at = (instant: string) => traceOf(program.decideOrder(member(), cart([100]), new Date(instant)), "rule");

  test("a period holds its start and not its end", () => {
    expect(at("2026-08-07T15:59:59.999Z").reason).toEqual({ kind: "not_yet_active", at: "2026-08-07T16:00:00.000Z" });
    expect(at("2026-08-07T16:00:00Z").matched).toBe(true);
    expect(at("2026-08-08T15:59:59.999Z").matched).toBe(true);
    expect(at("2026-08-08T16:00:00Z").reason).toEqual({ kind: "no_longer_active", at: "2026-08-08T16:00:00.000Z" });
  });
});

describe("points", () => {
  test.each([
    ["compound", 360],
    ["highest", 200],
    ["additive", 270],
  ])("multipliers %s: ×1.2, ×1.5 and ×2 on 100 make %d", (multipliers, points) => {
    const tiers = [{ id: "regular", benefits: { multiplier: 1.2 } }];
    const rules = [
      { id: "double", effects: [multiplier(2)] },
      { id: "half-more", effects: [multiplier(1.5)] },
    ];

    const [accrual] = decide({ multipliers, tiers, rules }, cart([10_000])).accruals;

    expect(accrual?.points).toBe(points);
    expect(accrual?.rules).toEqual(multipliers === "highest" ? ["double"] : ["tier:regular", "double", "half-more"]);
  });

  test("additive never goes below nothing", () => {
    const rules = ["a", "b", "c"].map((id) => ({ id, effects: [multiplier(0)] }));

    expect(decide({ multipliers: "additive", rules }, cart([10_000])).accruals).toEqual([]);
  });

  test("are rounded down once, over all lines", () => {
    expect(pointsIn(decide({}, cart([199, 199, 199])))).toBe(5);
  });

  test("each line has its own coefficient; equal ones stand together", () => {
    const rules = [
      { id: "extra", lines: "line.line == 2", effects: [rate(1)] },
      { id: "double", lines: "line.line == 3", effects: [multiplier(2)] },
      { id: "bonus", effects: [bonus(5)] },
    ];

    const decision = decide({ rules }, cart([150, 150, 150]));

    expect(decision.accruals).toEqual([
      {
        wallet: "points",
        points: 12,
        coefficients: [
          { lines: [1], perMinorUnit: { numerator: "1", denominator: "100" } },
          { lines: [2, 3], perMinorUnit: { numerator: "1", denominator: "50" } },
        ],
        bonuses: [{ rule: "bonus", points: 5 }],
        rules: ["extra", "double", "bonus"],
      },
    ]);
  });

  test("a multiplier may be for one wallet; the tier's is for all that earn", () => {
    const wallets = [{ id: "points" }, { id: "status", kind: "status" }, { id: "idle" }];
    const earning = ["points", "status"].map((wallet) => ({ wallet, points: 1, perAmount: 100 }));
    const tiers = [{ id: "regular", benefits: { multiplier: 2 } }];

    const decision = decide({ wallets, earning, tiers, rules: [{ id: "rule", effects: [multiplier(3, "points")] }] }, cart([1000]));

    expect(decision.accruals.map(({ wallet, points }) => [wallet, points])).toEqual([
      ["points", 60],
      ["status", 20],
    ]);
  });

  test("past 2^53 the products stay exact", () => {
    const price = 9_007_199_254_739_991;

    expect(pointsIn(decide({ rules: [{ id: "rule", effects: [multiplier(1.0001)] }] }, cart([price])))).toBe(
      Number((BigInt(price) * 10_001n) / 1_000_000n),
    );
  });
});

describe("tax", () => {
  test.each([
    { tax: 1600, percentOff: 0, base: 8400 },
    { tax: 1600, percentOff: 50, base: 4200 },
    { tax: 1667, percentOff: 10, base: 7500 }, // 9000 − 1500.3
    { tax: 1, percentOff: 50, base: 4999 }, // half of 1 is rounded up
  ])("$tax of 10 000 with $percentOff % off leaves a base of $base", ({ tax, percentOff, base }) => {
    const rules = percentOff > 0 ? [{ id: "rule", effects: [percent(percentOff)] }] : [];

    const decision = decide({ rules }, cart([line(1, 10_000, { tax })]));

    expect(decision.lines[0]?.base).toBe(base);
    expect(pointsIn(decision)).toBe(Math.floor(base / 100));
  });
});

describe("orders priced as paid", () => {
  const rules = [
    { id: "off", effects: [percent(10)] },
    { id: "ship", effects: [freeShipping] },
    { id: "both", effects: [amount(100), bonus(5)] },
  ];
  const tiers = [{ id: "regular", benefits: { discountPercent: 5, multiplier: 2, freeShippingFrom: 0 } }];

  test("get points only", () => {
    const facts = cart([line(1, 1000, { paid: 900, tax: 100 }), line(2, 1000, { paid: 1200 }), line(3, 500, { paid: 0, tax: 20 })], {
      pricing: "asPaid",
    });

    const decision = decide({ rules, tiers }, facts);

    expect(decision.totals).toEqual({ gross: 2500, discount: 600, net: 2100, shipping: 1000, payable: 3100 });
    expect(decision.lines).toEqual([
      { line: 1, gross: 1000, discount: 100, net: 900, base: 800 },
      { line: 2, gross: 1000, discount: 0, net: 1200, base: 1200 },
      { line: 3, gross: 500, discount: 500, net: 0, base: 0 },
    ]);
    expect(decision.discounts).toEqual([]);
    expect(decision.effects).toEqual([]);
    expect(pointsIn(decision)).toBe(45);
    expect([traceOf(decision, "off").reason, traceOf(decision, "ship").reason]).toEqual([
      { kind: "pricing_as_paid" },
      { kind: "pricing_as_paid" },
    ]);
    expect(traceOf(decision, "both")).toMatchObject({ matched: true, gave: [{ kind: "bonus_points", points: 5 }] });
  });
});

describe("free shipping", () => {
  const tiers = [{ id: "regular", name: "Regular", benefits: { freeShippingFrom: 5000 } }];
  const off = { id: "off", effects: [amount(1)] };

  test("the tier's threshold looks at the final net and says what is missing", () => {
    const decision = decide({ tiers, rules: [off] }, cart([5000]));

    expect(decision.totals).toMatchObject({ net: 4999, shipping: 1000, payable: 5999 });
    expect(decision.trace.at(-1)).toEqual({
      rule: "tier:regular",
      label: "Regular: free shipping",
      matched: false,
      reason: { kind: "threshold", atLeast: 5000, value: 4999, short: 1 },
      gave: [],
    });
  });

  test("is given once, by the tier before the rules", () => {
    const decision = decide({ tiers, rules: [{ id: "ship", label: "Ship", effects: [freeShipping] }] }, cart([5000]));

    expect(decision.totals).toMatchObject({ shipping: 0, payable: 5000 });
    expect(decision.effects).toEqual([{ kind: "free_shipping", rule: "tier:regular", label: "Regular", amount: 1000 }]);
    expect(traceOf(decision, "ship").reason).toEqual({ kind: "nothing_left" });
  });

  test("a rule's condition looks at the final net, whatever its priority", () => {
    const rules = [off, { id: "ship", priority: 100, when: "order.net >= 5000", effects: [freeShipping] }];

    expect(decide({ rules }, cart([5000])).totals.shipping).toBe(1000);
    expect(decide({ rules }, cart([5001])).totals.shipping).toBe(0);
  });
});

describe("the range of exact integers", () => {
  const refusal = (facts: CartFacts, program: Record<string, unknown> = {}) => {
    try {
      decide(program, facts);
    } catch (error) {
      if (error instanceof LoyaltyError) return { code: error.code, pointers: error.errors.map(({ pointer }) => pointer) };
      throw error;
    }
    return null;
  };

  test("an amount outside of it is refused where it stands", () => {
    const most = Number.MAX_SAFE_INTEGER;

    expect(refusal(cart([1, line(2, most, { quantity: 2 })]))).toEqual({ code: "amount_out_of_range", pointers: ["/lines/1/unitPrice"] });
    expect(refusal(cart([most, 1], { shipping: 0 }))).toEqual({ code: "amount_out_of_range", pointers: ["/lines"] });
    expect(refusal(cart([most], { shipping: 1 }))).toEqual({ code: "amount_out_of_range", pointers: ["/lines"] });
    expect(refusal(cart([most], { shipping: 0 }))).toBeNull();
  });

  test("so are points", () => {
    const earning = [{ wallet: "points", points: 1000, perAmount: 1 }];

    expect(refusal(cart([Number.MAX_SAFE_INTEGER], { shipping: 0 }), { earning })).toEqual({ code: "amount_out_of_range", pointers: [] });
  });
});

test("a tier that the rule set does not have gives what the first one gives", () => {
  const tiers = [
    { id: "regular", benefits: { multiplier: 2 } },
    { id: "gold", benefits: { multiplier: 9 } },
  ];

  const decision = decide({ tiers }, cart([1000]), "platinum");

  expect(decision.tier).toBe("regular");
  expect(pointsIn(decision)).toBe(20);
});
