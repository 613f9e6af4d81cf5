import { describe, expect, test } from "vitest";
import { type CompiledCoupon, CouponTurns } from "../../src/rules/coupon-turns.ts";
import type { CouponOffer } from "../../src/rules/decision.ts";
import type { Reason } from "../../src/rules/judge.ts";
import { AT, cart, member, programOf, traceOf } from "../support/rules.ts";

const ruleOf = (id: string, stage: "price" | "shipping") => ({ id: `coupon:${id}`, stage }) as CompiledCoupon["rule"];
const coupon = (id: string, over: Partial<CompiledCoupon> = {}, stage: "price" | "shipping" = "price"): [string, CompiledCoupon] => [
  id,
  { rule: ruleOf(id, stage), label: `Label of ${id}`, minimum: 0, isStackable: true, onReturn: "release", ...over },
];

/** Turns in which the coupons of `reasons` give nothing; the codes that were tried are in `tried`. */
function turnsOf(offers: readonly CouponOffer[], coupons: readonly [string, CompiledCoupon][], reasons: Record<string, Reason> = {}) {
  const tried: string[] = [];
  const turns = new CouponTurns(offers, new Map(coupons), {
    giveCoupon({ rule }, code) {
      tried.push(code);
      return reasons[rule.id] ?? null;
    },
  });
  return { turns, tried };
}

describe("coupons of a cart", () => {
  test("without any say nothing", () => {
    const { turns, tried } = turnsOf([], []);
    turns.take("price");
    expect([turns.decided(), turns.uses(), tried]).toEqual([{}, [], []]);
  });

  test("have their turn by what they touch, and are told of in the order of the cart", () => {
    const offers = [
      { code: "SHIP", coupon: "ship" },
      { code: "OFF", coupon: "off" },
    ];
    const { turns, tried } = turnsOf(offers, [coupon("ship", {}, "shipping"), coupon("off", { onReturn: "keep" })]);
    turns.take("price");
    expect(tried).toEqual(["OFF"]);
    expect(turns.decided().coupons?.map(({ code }) => code)).toEqual(["OFF"]);
    turns.take("shipping");
    expect(tried).toEqual(["OFF", "SHIP"]);
    expect(turns.decided()).toEqual({
      coupons: [
        { code: "SHIP", coupon: "ship", label: "Label of ship", onReturn: "release", valid: true },
        { code: "OFF", coupon: "off", label: "Label of off", onReturn: "keep", valid: true },
      ],
    });
  });

  test("that are known by nobody, refused, or of no coupon that carts can use are not tried", () => {
    const offers: CouponOffer[] = [
      { code: "NOBODY", refused: "unknown" },
      { code: "GONE", coupon: "off", refused: "expired" },
      { code: "OTHER", coupon: "for-nothing" },
    ];
    const { turns, tried } = turnsOf(offers, [coupon("off")]);
    turns.take("shipping");
    expect(turns.decided()).toEqual({ coupons: [] });
    turns.take("price");
    expect(tried).toEqual([]);
    expect(turns.uses()).toEqual([]);
    expect(turns.decided()).toEqual({
      coupons: [
        { code: "NOBODY", valid: false, reason: "unknown" },
        { code: "GONE", coupon: "off", label: "Label of off", onReturn: "release", valid: false, reason: "expired" },
        { code: "OTHER", coupon: "for-nothing", valid: false, reason: "not_usable" },
      ],
    });
  });

  test("stand beside each other only where both may; one that gave nothing stands in nobody's way", () => {
    const offers = ["a", "b", "c", "d"].map((id) => ({ code: id.toUpperCase(), coupon: id }));
    const reasonsOf = (stackable: string[], nothing: string[] = []) => {
      const coupons = ["a", "b", "c", "d"].map((id) => coupon(id, { isStackable: stackable.includes(id) }));
      const reasons = Object.fromEntries(nothing.map((id) => [`coupon:${id}`, { kind: "nothing_left" } as const]));
      const { turns } = turnsOf(offers, coupons, reasons);
      turns.take("price");
      return turns.decided().coupons?.map(({ reason }) => reason ?? "used");
    };
    expect(reasonsOf(["a", "b", "c", "d"])).toEqual(["used", "used", "used", "used"]);
    expect(reasonsOf(["a", "c", "d"])).toEqual(["used", "not_stackable", "used", "used"]);
    expect(reasonsOf(["b", "c", "d"])).toEqual(["used", "not_stackable", "not_stackable", "not_stackable"]);
    expect(reasonsOf(["b", "c"], ["a"])).toEqual(["nothing_left", "used", "used", "not_stackable"]);
  });

  test.each<[Reason, object]>([
    [
      { kind: "threshold", atLeast: 500, value: 380, short: 120 },
      { reason: "minimum", missing: 120 },
    ],
    [{ kind: "not_in_audience", needs: { tiers: ["gold"] } } as unknown as Reason, { reason: "tier" }],
    [{ kind: "nothing_left" }, { reason: "nothing_left" }],
    [{ kind: "pricing_as_paid" }, { reason: "pricing_as_paid" }],
    [{ kind: "no_line_matched" }, { reason: "nothing_in_scope" }],
  ])("say why they give nothing: %j", (reason, told) => {
    const { turns } = turnsOf([{ code: "A", coupon: "a" }], [coupon("a")], { "coupon:a": reason });
    turns.take("price");
    expect(turns.decided().coupons).toEqual([{ code: "A", coupon: "a", label: "Label of a", onReturn: "release", valid: false, ...told }]);
    expect(turns.uses()).toEqual([]);
  });

  test("of codes that many share count their uses where they are used, and keep them at a return where they say so", () => {
    const counters = [
      { for: "program", key: "code:SHARED", period: "ever" },
      { for: "member", key: "code:SHARED", period: "ever" },
    ] as unknown as NonNullable<CouponOffer["counters"]>;
    const usesWhere = (onReturn: "release" | "keep", reason?: Reason) => {
      const { turns } = turnsOf([{ code: "SHARED", coupon: "a", counters }], [coupon("a", { onReturn })], reason && { "coupon:a": reason });
      turns.take("price");
      expect(turns.decided().coupons).toMatchObject([{ code: "SHARED", shared: true }]);
      return turns.uses();
    };
    const use = { rule: "coupon:a", of: "uses", amount: 1 };
    expect(usesWhere("release")).toEqual(counters.map((counter) => ({ ...counter, ...use })));
    expect(usesWhere("keep")).toEqual(counters.map((counter) => ({ ...counter, ...use, returns: "keep" })));
    expect(usesWhere("keep", { kind: "nothing_left" })).toEqual([]);
  });
});

describe("a coupon on an order", () => {
  const program = programOf({
    tiers: [{ id: "regular" }, { id: "gold" }],
    coupons: [
      { id: "five", label: "Five off", gives: [{ kind: "discount_amount", amount: 500 }], minimum: 2_000 },
      { id: "ship", label: "No shipping", gives: [{ kind: "free_shipping" }] },
    ],
  });
  const decide = (lines: number[], codes: string[], over: object = {}) =>
    program.decideOrder(member(), cart(lines, { coupons: codes.map((id) => ({ code: id.toUpperCase(), coupon: id })), ...over }), AT);

  test("comes off what is left, with its code, and says what is missing to its minimum", () => {
    const decision = decide([2_000], ["five"]);
    expect(decision.discounts).toEqual([
      { rule: "coupon:five", label: "Five off", amount: 500, coupon: "FIVE", lines: [{ line: 1, amount: 500 }] },
    ]);
    expect(decision.totals).toMatchObject({ discount: 500, net: 1_500, payable: 2_500 });
    expect(traceOf(decision, "coupon:five")).toMatchObject({ matched: true });

    const tooSmall = decide([1_999], ["five"]);
    expect(tooSmall.discounts).toEqual([]);
    expect(tooSmall.coupons).toMatchObject([{ code: "FIVE", valid: false, reason: "minimum", missing: 1 }]);
    expect(traceOf(tooSmall, "coupon:five")).toMatchObject({
      matched: false,
      reason: { kind: "threshold", atLeast: 2_000, value: 1_999, short: 1 },
    });
  });

  test("takes the shipping off, or finds nothing left of it", () => {
    expect(decide([100], ["ship"]).effects).toEqual([{ kind: "free_shipping", rule: "coupon:ship", label: "No shipping", amount: 1_000 }]);
    expect(decide([100], ["ship"], { shipping: 0 }).coupons).toMatchObject([{ valid: false, reason: "nothing_left" }]);
  });

  test("gives nothing on an order that was paid already", () => {
    expect(decide([2_000], ["five", "ship"], { pricing: "asPaid" }).coupons).toMatchObject([
      { valid: false, reason: "pricing_as_paid" },
      { valid: false, reason: "pricing_as_paid" },
    ]);
  });

  test.each([
    [150, [100, 50]],
    [149, [99, 50]],
    [30, [20, 10]],
    [1, [1]],
  ])("a share of at most %i comes off in proportion to what it would be", (atMost, amounts) => {
    const limited = programOf({ coupons: [{ id: "tenth", gives: [{ kind: "discount_percent", percent: 10, atMost }] }] });
    const decision = limited.decideOrder(member(), cart([1_000, 500], { coupons: [{ code: "TENTH", coupon: "tenth" }] }), AT);
    expect(decision.discounts.map(({ amount, lines }) => [amount, lines.map((line) => line.amount)])).toEqual([[atMost, amounts]]);
  });
});
