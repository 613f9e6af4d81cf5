import { describe, expect, test } from "vitest";
import type { AccrualDecision } from "../../src/rules/decision.ts";
import { keptNet, keptPoints } from "../../src/rules/kept.ts";

describe("keptNet", () => {
  test.each([
    [10_125, 3, 0, 10_125],
    [10_125, 3, 1, 6750],
    [10_125, 3, 2, 3375],
    [10_125, 3, 3, 0],
    [100, 3, 1, 67],
    [1, 2, 1, 1],
    [9_007_199_254_740_991, 2, 1, 4_503_599_627_370_496],
  ])("of %d for %d units, %d returned: %d", (net, quantity, gone, kept) => {
    expect(keptNet(net, quantity, gone)).toBe(kept);
  });

  test("more than was bought is a defect here; commands refuse it before", () => {
    expect(() => keptNet(100, 1, 2)).toThrow("no more is returned than was bought");
  });
});

describe("keptPoints", () => {
  const accrual: AccrualDecision = {
    wallet: "points",
    points: 0,
    coefficients: [
      { lines: [1], perMinorUnit: { numerator: "1", denominator: "100" } },
      { lines: [2, 3], perMinorUnit: { numerator: "3", denominator: "200" } },
    ],
    bonuses: [
      { rule: "a", points: 10 },
      { rule: "b", points: 5 },
    ],
    rules: ["a", "b"],
  };
  const kept = (one: number, two: number, three: number) =>
    new Map([
      [1, { base: one, units: 1 }],
      [2, { base: two, units: 5 }],
      [3, { base: three, units: 3 }],
    ]);

  test("is rounded once over the lines, and each bonus by itself", () => {
    // 1.5 + 1.65 + 1.5 = 4.65; 10 × 160 ÷ 310 = 5.16; 5 × 160 ÷ 310 = 2.58
    expect(keptPoints(accrual, kept(150, 110, 100), { keptNet: 160, net: 310, isAnythingKept: true })).toBe(4 + 5 + 2);
  });

  test("all of it while everything is kept, nothing once all is gone", () => {
    expect(keptPoints(accrual, kept(150, 110, 100), { keptNet: 310, net: 310, isAnythingKept: true })).toBe(4 + 15);
    expect(keptPoints(accrual, kept(0, 0, 0), { keptNet: 0, net: 310, isAnythingKept: false })).toBe(0);
  });

  test("a bonus on an order of net 0 stays while anything is kept", () => {
    expect(keptPoints(accrual, kept(0, 0, 0), { keptNet: 0, net: 0, isAnythingKept: true })).toBe(15);
    expect(keptPoints(accrual, kept(0, 0, 0), { keptNet: 0, net: 0, isAnythingKept: false })).toBe(0);
  });

  test("quantities are counted again in whole steps, and percentages are a share of what the rates still give", () => {
    const extended: AccrualDecision = {
      ...accrual,
      bonuses: [],
      quantities: [{ rule: "q", lines: [2, 3], points: 10, perQuantity: 3 }],
      percents: [{ rule: "p", lines: [1, 2], share: { numerator: "1", denominator: "2" } }],
    };

    // 4 by rates; 8 units are 2 steps of 3; half of 1.5 + 1.65 is 1.575
    expect(keptPoints(extended, kept(150, 110, 100), { keptNet: 160, net: 310, isAnythingKept: true })).toBe(4 + 20 + 1);
    expect(keptPoints(extended, new Map(), { keptNet: 0, net: 310, isAnythingKept: false })).toBe(0);
  });
});
