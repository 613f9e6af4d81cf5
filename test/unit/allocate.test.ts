import { describe, expect, test } from "vitest";
import { allocate } from "../../src/core/allocate.ts";
import { AssertionFailed } from "../../src/core/assert.ts";

const shares = (...weights: number[]) => weights.map((weight, index) => ({ line: index + 1, weight }));

describe("allocate", () => {
  test.each([
    { name: "case 8 of the worked cases", amount: 5000, weights: [10_000, 10_001, 12_000], parts: [1562, 1563, 1875] },
    { name: "ties go to the lower lines", amount: 2, weights: [1, 1, 1], parts: [1, 1, 0] },
    { name: "nothing goes to a weight of 0", amount: 3, weights: [0, 1, 1], parts: [0, 2, 1] },
    { name: "all of it", amount: 7, weights: [3, 4], parts: [3, 4] },
    { name: "nothing to split", amount: 0, weights: [0, 0], parts: [0, 0] },
    {
      name: "amounts whose product passes 2^53",
      amount: 9_007_199_254_740_990,
      weights: [4_503_599_627_370_495, 4_503_599_627_370_495],
      parts: [4_503_599_627_370_495, 4_503_599_627_370_495],
    },
  ])("$name", ({ amount, weights, parts }) => {
    expect(allocate(amount, shares(...weights))).toEqual(parts);
  });

  test("breaks ties by line number, not by place", () => {
    const reversed = [
      { line: 3, weight: 1 },
      { line: 1, weight: 1 },
    ];

    expect(allocate(1, reversed)).toEqual([0, 1]);
  });

  test("an amount that no weight can carry is a defect", () => {
    expect(() => allocate(1, shares(0, 0))).toThrow(AssertionFailed);
  });
});
