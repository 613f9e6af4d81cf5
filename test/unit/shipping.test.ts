import { describe, expect, test } from "vitest";
import type { ShippingAction } from "../../src/rules/effects/action.ts";
import { freeTierShipping, Shipping } from "../../src/rules/shipping.ts";
import type { TierBenefits } from "../../src/rules/tier-benefits.ts";

const off = (amount: number): ShippingAction => ({
  touches: "shipping",
  kind: "shipping_discount_amount",
  effect: "reduced_shipping",
  off: (left) => Math.min(left, amount),
});
const all: ShippingAction = { touches: "shipping", kind: "free_shipping", effect: "free_shipping", off: (left) => left };
const rule = (id: string) => ({ id, label: `Rule ${id}` });

describe("shipping", () => {
  test("is taken off one effect after the other, each from what the former left", () => {
    const shipping = new Shipping(500);
    expect(shipping.give(rule("a"), [off(200)])).toEqual({ gave: [{ kind: "shipping_discount_amount", amount: 200 }], reason: null });
    expect(shipping.give(rule("b"), [all])).toEqual({ gave: [{ kind: "free_shipping", amount: 300 }], reason: null });
    expect(shipping.give(rule("c"), [all])).toEqual({ gave: [], reason: { kind: "nothing_left" } });
    expect([shipping.left, shipping.effects]).toEqual([
      0,
      [
        { kind: "reduced_shipping", rule: "a", label: "Rule a", amount: 200 },
        { kind: "free_shipping", rule: "b", label: "Rule b", amount: 300 },
      ],
    ]);
  });

  test("is no reason for a rule that does not touch it, and an effect of nothing is none", () => {
    const shipping = new Shipping(0);
    expect(shipping.give(rule("a"), [])).toEqual({ gave: [], reason: null });
    const some = new Shipping(100);
    expect(some.give(rule("a"), [off(0)])).toEqual({ gave: [], reason: null });
    expect([some.left, some.effects]).toEqual([100, []]);
  });

  test("is set back to how it stood", () => {
    const shipping = new Shipping(500);
    shipping.give(rule("a"), [off(200)]);
    const setBack = shipping.mark();
    shipping.give(rule("b"), [all]);
    setBack();
    expect([shipping.left, shipping.effects.map((effect) => effect.rule)]).toEqual([300, ["a"]]);
  });

  test("is put back of one rule, its last effect first and no more than it took", () => {
    const taken = () => {
      const shipping = new Shipping(1_000);
      shipping.give(rule("a"), [off(100), off(200)]);
      shipping.give(rule("b"), [off(400)]);
      return shipping;
    };
    const back = (amount: number) => {
      const shipping = taken();
      shipping.giveBack("a", amount);
      return [shipping.left, shipping.effects.map((effect) => [effect.rule, effect.kind, "amount" in effect && effect.amount])];
    };
    const b = ["b", "reduced_shipping", 400];
    expect(back(0)).toEqual([300, [["a", "reduced_shipping", 100], ["a", "reduced_shipping", 200], b]]);
    expect(back(50)).toEqual([350, [["a", "reduced_shipping", 100], ["a", "reduced_shipping", 150], b]]);
    expect(back(200)).toEqual([500, [["a", "reduced_shipping", 100], b]]);
    expect(back(250)).toEqual([550, [["a", "reduced_shipping", 50], b]]);
    expect(back(900)).toEqual([600, [b]]);
    const free = new Shipping(300);
    free.give(rule("a"), [all]);
    free.giveBack("a", 100);
    expect(free.effects).toEqual([{ kind: "reduced_shipping", rule: "a", label: "Rule a", amount: 200 }]);
  });
});

describe("a tier's free shipping", () => {
  const benefits = (freeShippingFrom: number | null) => ({ rule: { id: "tier:gold", label: "Gold" }, freeShippingFrom }) as TierBenefits;

  test("says nothing where the tier has none", () => {
    const shipping = new Shipping(300);
    expect(freeTierShipping(benefits(null), 1_000, shipping)).toEqual([]);
    expect(shipping.left).toBe(300);
  });

  test("begins at its threshold, and says what is missing below it", () => {
    const shipping = new Shipping(300);
    const trace = { rule: "tier:gold", label: "Gold: free shipping" };
    expect(freeTierShipping(benefits(1_000), 999, shipping)).toEqual([
      { ...trace, matched: false, reason: { kind: "threshold", atLeast: 1_000, value: 999, short: 1 }, gave: [] },
    ]);
    expect(freeTierShipping(benefits(1_000), 1_000, shipping)).toEqual([
      { ...trace, matched: true, gave: [{ kind: "free_shipping", amount: 300 }] },
    ]);
    expect(shipping.effects).toEqual([{ kind: "free_shipping", rule: "tier:gold", label: "Gold", amount: 300 }]);
    expect(freeTierShipping(benefits(0), 0, shipping)).toEqual([{ ...trace, matched: false, reason: { kind: "nothing_left" }, gave: [] }]);
  });
});
