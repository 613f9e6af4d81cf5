import { multiply, type Rational, rational } from "../core/fraction.ts";
import type { AccrualDecision, Fraction, PercentPoints } from "./decision.ts";
import { flooredSum } from "./floored-sum.ts";

export const fromFraction = ({ numerator, denominator }: Fraction): Rational => rational(BigInt(numerator), BigInt(denominator));

export const toFraction = ({ numerator, denominator }: Rational): Fraction => ({
  numerator: `${numerator}`,
  denominator: `${denominator}`,
});

/** Points for so many units: those of each whole `perQuantity`. */
export const pointsForUnits = ({ points, perQuantity }: { points: number; perQuantity: number }, units: number): bigint =>
  BigInt(points) * BigInt(Math.floor(units / perQuantity));

/** What a percentage adds: its share of what the rates and multipliers give on its lines, rounded down once. */
export function pointsForPercent(
  { lines, share }: Pick<PercentPoints, "lines" | "share">,
  coefficients: AccrualDecision["coefficients"],
  baseByLine: ReadonlyMap<number, number>,
): bigint {
  const own = new Set(lines);
  const factor = fromFraction(share);
  return flooredSum(
    coefficients.map((coefficient) => ({
      base: coefficient.lines.reduce((sum, line) => (own.has(line) ? sum + (baseByLine.get(line) ?? 0) : sum), 0),
      perMinorUnit: multiply(fromFraction(coefficient.perMinorUnit), factor),
    })),
  );
}
