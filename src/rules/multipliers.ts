import { add, equals, larger, multiply, ONE, type Rational, subtractDownToZero } from "../core/fraction.ts";
import type { ProgramDefinition } from "../programs/definition.ts";

/** A multiplier with the rule (or `tier:<id>`) that it comes from. */
export type SourcedFactor = { rule: string; factor: Rational };

/** Multipliers brought together, with the rules that had a part in the result. */
export type CombinedFactor = { factor: Rational; rules: string[] };

/**
 * Brings the multipliers of a line together as the program says: `compound` multiplies them, `highest` takes the
 * largest, `additive` is 1 + Σ(mᵢ − 1), never below 0. None at all is 1.
 */
export function combineFactors(factors: readonly SourcedFactor[], how: ProgramDefinition["multipliers"]): CombinedFactor {
  const rules = factors.map(({ rule }) => rule);
  const [first, ...others] = factors;
  if (first === undefined) return { factor: ONE, rules };
  switch (how) {
    case "compound":
      return { factor: others.reduce((product, { factor }) => multiply(product, factor), first.factor), rules };
    case "highest": {
      const highest = others.reduce((most, { factor }) => larger(most, factor), first.factor);
      return { factor: highest, rules: factors.filter(({ factor }) => equals(factor, highest)).map(({ rule }) => rule) };
    }
    case "additive": {
      const sum = factors.reduce((total, { factor }) => add(total, factor), ONE);
      return { factor: subtractDownToZero(sum, { numerator: BigInt(factors.length), denominator: 1n }), rules };
    }
  }
}
