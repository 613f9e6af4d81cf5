import { describe, expect, test } from "vitest";
import { transferFee } from "../../src/transfers/terms.ts";

describe("the fee of a transfer", () => {
  test.each([
    [undefined, 100, 0],
    [{ points: 7 }, 100, 7],
    [{ percent: 5, rounding: "up" }, 100, 5],
    [{ percent: 5, rounding: "up" }, 101, 6],
    [{ percent: 5, rounding: "down" }, 119, 5],
    [{ percent: 5, rounding: "half_up" }, 109, 5],
    [{ percent: 5, rounding: "half_up" }, 110, 6],
    [{ percent: 0.01, rounding: "up" }, 1, 1],
    // Beyond 2^53 in between: exact all the same.
    [{ percent: 99.99, rounding: "up" }, Number.MAX_SAFE_INTEGER, 9_006_298_534_815_517],
  ] as const)("%j of %i is %i", (fee, points, expected) => {
    expect(transferFee(fee === undefined ? {} : { fee }, points)).toBe(expected);
  });
});
