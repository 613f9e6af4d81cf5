import { multiply, type Rational, rational } from "../core/fraction.ts";
import type { AccrualDecision, Fraction, PercentPoints, PointsRounding } from "./decision.ts";
import { roundedSum } from "./rounded-sum.ts";

export const fromFraction = ({ numerator, denominator }: Fraction): Rational => rational(BigInt(numerator), BigInt(denominator));

export const toFraction = ({ numerator, denominator }: Rational): Fraction => ({
  numerator: `${numerator}`,
  denominator: `${denominator}`,
});

/** Points for so many units: those of each whole `perQuantity`. */
export const pointsForUnits = ({ points, perQuantity }: { points: number; perQuantity: number }, units: number): bigint =>
  BigInt(points) * BigInt(Math.floor(units / perQuantity));

/** What a percentage adds: its share of what the rates and multipliers give on its lines, rounded once. */
export function pointsForPercent(
  { lines, share }: Pick<PercentPoints, "lines" | "share">,
  coefficients: AccrualDecision["coefficients"],
  baseByLine: ReadonlyMap<number, number>,
  rounding: PointsRounding | undefined,
): bigint {
  const own = new Set(lines);
  const factor = fromFraction(share);
  return roundedSum(
    coefficients.map((coefficient) => ({
      base: coefficient.lines.reduce((sum, line) => (own.has(line) ? sum + (baseByLine.get(line) ?? 0) : sum), 0),
      perMinorUnit: multiply(fromFraction(coefficient.perMinorUnit), factor),
    })),
    rounding,
  );
}
