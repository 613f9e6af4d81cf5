import { add, floor, type Rational, rational, ZERO } from "../core/fraction.ts";

/** Whole minor units, and the points that each of them is worth. */
export type Product = { base: number; perMinorUnit: Rational };

/** floor(Σ base × coefficient), rounded once. */
export function flooredSum(products: readonly Product[]): bigint {
  const [only, ...others] = products;
  if (only === undefined) return 0n;
  if (others.length === 0) return (BigInt(only.base) * only.perMinorUnit.numerator) / only.perMinorUnit.denominator;
  return floor(
    products.reduce(
      (sum, { base, perMinorUnit }) => add(sum, rational(BigInt(base) * perMinorUnit.numerator, perMinorUnit.denominator)),
      ZERO,
    ),
  );
}
