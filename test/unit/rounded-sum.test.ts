import { expect, test } from "vitest";
import { rational } from "../../src/core/fraction.ts";
import { roundedSum } from "../../src/rules/rounded-sum.ts";

const hundredth = (base: number) => ({ base, perMinorUnit: rational(1, 100) });

test.each<[number, bigint, bigint, bigint]>([
  [0, 0n, 0n, 0n],
  [100, 1n, 1n, 1n],
  [101, 1n, 1n, 2n],
  [149, 1n, 1n, 2n],
  [150, 1n, 2n, 2n],
  [199, 1n, 2n, 2n],
])("%i hundredths are rounded down, half up and up, once over all products", (base, down, halfUp, up) => {
  const half = Math.floor(base / 2);
  for (const products of [
    [hundredth(base)],
    [hundredth(half), hundredth(base - half)],
    [hundredth(half), hundredth(0), hundredth(base - half)],
  ]) {
    expect([roundedSum(products), roundedSum(products, "half_up"), roundedSum(products, "up")]).toEqual([down, halfUp, up]);
  }
});

test("products of different coefficients are summed before they are rounded; none are nothing", () => {
  const products = [
    { base: 1, perMinorUnit: rational(1, 3) },
    { base: 1, perMinorUnit: rational(1, 6) },
  ];
  expect([roundedSum(products), roundedSum(products, "half_up"), roundedSum(products, "up"), roundedSum([], "up")]).toEqual([
    0n,
    1n,
    1n,
    0n,
  ]);
});
