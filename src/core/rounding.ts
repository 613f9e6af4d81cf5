import { assert } from "./assert.ts";

/** The quotient rounded down and what is left of the dividend, both exact. */
export type Quotient = { quotient: number; remainder: number | bigint };

/**
 * `amount × numerator ÷ denominator` with its remainder, exact for every whole number from 0 to 2^53 − 1.
 * Plain numbers while the product stays below 2^53, bigint above.
 */
export function divideProduct(amount: number, numerator: number, denominator: number): Quotient {
  assert(denominator > 0 && amount >= 0 && numerator >= 0, "only amounts from 0 are divided");
  const product = amount * numerator;
  if (product <= Number.MAX_SAFE_INTEGER) {
    const remainder = product % denominator;
    return { quotient: (product - remainder) / denominator, remainder };
  }
  const exact = BigInt(amount) * BigInt(numerator);
  const divisor = BigInt(denominator);
  return { quotient: Number(exact / divisor), remainder: exact % divisor };
}

/** `amount × numerator ÷ denominator`, rounded half up: 24.5 is 25. Exact, for whole numbers from 0. */
export function multiplyHalfUp(amount: number, numerator: number, denominator: number): number {
  const { quotient, remainder } = divideProduct(amount, numerator, denominator);
  const isHalfOrMore = typeof remainder === "bigint" ? 2n * remainder >= BigInt(denominator) : remainder >= denominator - remainder;
  return isHalfOrMore ? quotient + 1 : quotient;
}

/** `amount × numerator ÷ denominator`, rounded down. Exact, for whole numbers from 0. */
export function multiplyDown(amount: number, numerator: number, denominator: number): number {
  return divideProduct(amount, numerator, denominator).quotient;
}
