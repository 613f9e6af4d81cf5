import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allocate } from "../../src/core/allocate.ts";

const amount = fc.oneof(fc.nat(1000), fc.maxSafeNat());

/** Lines that carry an amount: at most the sum of their weights, in any order of line numbers. */
const carried = fc
  .uniqueArray(fc.record({ line: fc.integer({ min: 1, max: 1000 }), weight: amount }), {
    selector: ({ line }) => line,
    minLength: 1,
    maxLength: 20,
  })
  .map((shares) => shares.map(({ line, weight }) => ({ line, weight: Math.floor(weight / 20) })))
  .chain((shares) => {
    const whole = shares.reduce((sum, { weight }) => sum + weight, 0);
    return fc.record({ shares: fc.constant(shares), amount: fc.integer({ min: 0, max: whole }) });
  });

describe("allocate", () => {
  test("the parts sum to the whole, and none passes its weight", () => {
    fc.assert(
      fc.property(carried, ({ shares, amount: whole }) => {
        const parts = allocate(whole, shares);

        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(whole);
        for (const [index, part] of parts.entries()) {
          expect(part).toBeGreaterThanOrEqual(0);
          expect(part).toBeLessThanOrEqual(shares[index]?.weight ?? 0);
        }
      }),
    );
  });

  test("each part is its exact share, rounded down or up", () => {
    fc.assert(
      fc.property(carried, ({ shares, amount: whole }) => {
        const sum = shares.reduce((total, { weight }) => total + BigInt(weight), 0n);
        for (const [index, part] of allocate(whole, shares).entries()) {
          const scaled = BigInt(whole) * BigInt(shares[index]?.weight ?? 0);
          const off = BigInt(part) * sum - scaled;
          expect(off > -sum || sum === 0n).toBe(true);
          expect(off < sum || sum === 0n).toBe(true);
        }
      }),
    );
  });

  test("does not depend on the order in which lines come", () => {
    fc.assert(
      fc.property(carried, ({ shares, amount: whole }) => {
        expect(allocate(whole, [...shares].reverse())).toEqual(allocate(whole, shares).reverse());
      }),
    );
  });
});
