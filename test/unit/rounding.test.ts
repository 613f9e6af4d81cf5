import { describe, expect, test } from "vitest";
import { multiplyDown, multiplyHalfUp } from "../../src/core/rounding.ts";

const MAX = Number.MAX_SAFE_INTEGER;

describe("multiplyHalfUp", () => {
  test.each([
    [1225, 200, 10_000, 25], // 24.5
    [1224, 200, 10_000, 24], // 24.48
    [12_345, 500, 10_000, 617], // 617.25
    [10_525, 500, 10_000, 526], // 526.25
    [33_333, 1000, 10_000, 3333], // 3333.3
    [33_332, 1000, 10_000, 3333], // 3333.2
    [10_125, 2, 3, 6750],
    [1, 1, 3, 0],
    [2, 1, 3, 1],
    [0, 5, 7, 0],
    // Past 2^53 plain numbers would be off.
    [MAX, MAX, MAX, MAX],
    [MAX, 1, 2, 4_503_599_627_370_496],
    [MAX, 5000, 10_000, 4_503_599_627_370_496],
    [MAX - 1, 3, 4, 6_755_399_441_055_743], // …742.5
  ])("%d × %d ÷ %d = %d", (amount, numerator, denominator, expected) => {
    expect(multiplyHalfUp(amount, numerator, denominator)).toBe(expected);
  });
});

describe("multiplyDown", () => {
  test.each([
    [9800, 12, 1000, 117],
    [199, 1, 100, 1],
    [MAX, 9999, 10_000, 9_006_298_534_815_516],
  ])("%d × %d ÷ %d = %d", (amount, numerator, denominator, expected) => {
    expect(multiplyDown(amount, numerator, denominator)).toBe(expected);
  });
});
