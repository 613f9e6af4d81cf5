import { expect, test } from "vitest";
import type { AccrualDecision, Decision, RulePoints } from "../../src/rules/decision.ts";
import { decidedParts, partKey, partOfRule, partsOf } from "../../src/rules/points-parts.ts";

const part = (rule: string, points: number, over: Partial<RulePoints> = {}): RulePoints => ({
  rule,
  points,
  coefficients: [],
  bonuses: [],
  ...over,
});
const accrual = (points: number, limited?: RulePoints[], rules: string[] = ["base", "dated", "dated-too", "capped"]): AccrualDecision => ({
  wallet: "points",
  points,
  coefficients: [],
  bonuses: [],
  rules,
  ...(limited !== undefined && { limited }),
});

test("a part is named by its wallet, and by its rule where it has terms of its own", () => {
  expect([partKey({ wallet: "points", rule: null }), partKey({ wallet: "points", rule: "dated" })]).toEqual(["points", "points dated"]);
});

test("points of a rule with terms are a part of their own, those that are only limited are with all others", () => {
  const whole = accrual(20, [
    part("capped", 3, { atMost: 3 }),
    part("dated", 5, { terms: { expiry: "P1D" } }),
    part("dated-too", 2, { terms: {} }),
  ]);
  expect(partsOf([whole])).toEqual([
    { wallet: "points", rule: null, terms: {}, points: 13, rules: ["base", "capped"] },
    { wallet: "points", rule: "dated", terms: { expiry: "P1D" }, points: 5, rules: ["dated"] },
    { wallet: "points", rule: "dated-too", terms: {}, points: 2, rules: ["dated-too"] },
  ]);
  expect(partsOf([accrual(20)])).toEqual([
    { wallet: "points", rule: null, terms: {}, points: 20, rules: ["base", "dated", "dated-too", "capped"] },
  ]);
  expect(decidedParts({ accruals: [whole] } as Decision)).toEqual(partsOf([whole]));
});

test("where all points have terms there is no other part, and where none are left there still is", () => {
  const all = accrual(7, [part("dated", 5, { terms: { pending: "P1D" } }), part("dated-too", 2, { terms: {} })]);
  expect(partsOf([all]).map(({ rule }) => rule)).toEqual(["dated", "dated-too"]);
  const none = accrual(0, []);
  expect(partsOf([none])).toEqual([
    { wallet: "points", rule: null, terms: {}, points: 0, rules: ["base", "dated", "dated-too", "capped"] },
  ]);
});

test("what is kept of each is asked for, and the rest is what the wallet keeps less its parts", () => {
  const whole = accrual(20, [part("dated", 5, { terms: {} }), part("dated-too", 2, { terms: {} })]);
  const kept = partsOf([whole], (_accrual, own) => (own === undefined ? 10 : own.points - 1));
  expect(kept.map(({ rule, points }) => [rule, points])).toEqual([
    [null, 10 - 4 - 1],
    ["dated", 4],
    ["dated-too", 1],
  ]);
});

test("the part of a rule is found where it has terms, and not where it is only limited", () => {
  const whole = accrual(20, [part("capped", 3, { atMost: 3 }), part("dated", 5, { terms: {} })]);
  expect(partOfRule(whole, "dated")?.points).toBe(5);
  expect([partOfRule(whole, "capped"), partOfRule(whole, "base"), partOfRule(accrual(1), "dated")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
