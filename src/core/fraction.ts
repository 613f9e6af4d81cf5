import { assert } from "./assert.ts";

/** An exact fraction, 0 or above, in lowest terms. */
export type Rational = { readonly numerator: bigint; readonly denominator: bigint };

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  return b === 0n ? a : greatestCommonDivisor(b, a % b);
}

export function rational(numerator: bigint | number, denominator: bigint | number = 1n): Rational {
  const [over, under] = [BigInt(numerator), BigInt(denominator)];
  assert(over >= 0n && under > 0n, "a fraction is 0 or above, over a positive whole number");
  const divisor = greatestCommonDivisor(over, under);
  return { numerator: over / divisor, denominator: under / divisor };
}

export const ZERO: Rational = rational(0n);
export const ONE: Rational = rational(1n);

export function add(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational {
  return rational(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** `a − b`, or 0 where that would be below 0. */
export function subtractDownToZero(a: Rational, b: Rational): Rational {
  const numerator = a.numerator * b.denominator - b.numerator * a.denominator;
  return numerator <= 0n ? ZERO : rational(numerator, a.denominator * b.denominator);
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

export function larger(a: Rational, b: Rational): Rational {
  return a.numerator * b.denominator >= b.numerator * a.denominator ? a : b;
}
