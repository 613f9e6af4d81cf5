import { add, type Rational, rational, ZERO } from "../core/fraction.ts";
import type { PointsRounding } from "./decision.ts";

/** Whole minor units, and the points that each of them is worth. */
export type Product = { base: number; perMinorUnit: Rational };

/** The quotient of whole numbers from 0, as a whole number. */
function rounded(numerator: bigint, denominator: bigint, rounding: PointsRounding | undefined): bigint {
  switch (rounding) {
    case undefined:
      return numerator / denominator;
    case "half_up":
      return (2n * numerator + denominator) / (2n * denominator);
    case "up":
      return (numerator + denominator - 1n) / denominator;
  }
}

/** Σ base × coefficient, exact, rounded once: down unless `rounding` says otherwise. */
export function roundedSum(products: readonly Product[], rounding?: PointsRounding): bigint {
  const [only, ...others] = products;
  if (only === undefined) return 0n;
  if (others.length === 0) return rounded(BigInt(only.base) * only.perMinorUnit.numerator, only.perMinorUnit.denominator, rounding);
  const { numerator, denominator } = products.reduce(
    (sum, { base, perMinorUnit }) => add(sum, rational(BigInt(base) * perMinorUnit.numerator, perMinorUnit.denominator)),
    ZERO,
  );
  return rounded(numerator, denominator, rounding);
}
