import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import type { ConditionFacts } from "./facts.ts";
import { type Expression, splitComparison } from "./parts.ts";
import { pathsOf } from "./paths.ts";

/** What is missing where a value is below a bound. Whole numbers in digits. */
export type Missing = { path: string; atLeast: string; value: string; short: string };

/** Says what is missing to fulfil a comparison that has just failed. */
export type Shortfall = (facts: ConditionFacts) => Missing | null;

type Bound = { value: Expression; bound: Expression; isStrict: boolean };

/** `value >= bound`, whichever way round it is written. A number that must stay small is no shortfall. */
function boundOf(environment: Environment, part: Expression): Bound | null {
  const sides = splitComparison(environment, part);
  if (sides === null) return null;
  const [left, right] = sides;
  const { op } = part.run.ast;
  const [value, bound] = op === ">=" || op === ">" ? [left, right] : [right, left];
  const isStrict = op === ">" || op === "<";
  if (value.run.ast.op === "value") return null;
  // Of two values neither of which is a number in the text, the one on the left of >= is what has to grow.
  if ((op === "<" || op === "<=") && bound.run.ast.op !== "value") return null;
  return { value, bound, isStrict };
}

const isWhole = (run: ParseResult): boolean => {
  const checked = run.check();
  return checked.valid && checked.type === "int";
};

/** The shortfall of a comparison of whole numbers; null for any other part, and for one that shows a personal value. */
export function shortfallOf(environment: Environment, part: Expression): Shortfall | null {
  const bounded = boundOf(environment, part);
  if (bounded === null || pathsOf(part.run.ast).some(({ isPersonal }) => isPersonal)) return null;
  const { value, bound, isStrict } = bounded;
  if (!isWhole(value.run) || !isWhole(bound.run)) return null;
  return (facts) => {
    const present: unknown = value.run(facts);
    const limit: unknown = bound.run(facts);
    if (typeof present !== "bigint" || typeof limit !== "bigint") return null;
    const atLeast = isStrict ? limit + 1n : limit;
    return { path: value.text, atLeast: `${atLeast}`, value: `${present}`, short: `${atLeast - present}` };
  };
}
