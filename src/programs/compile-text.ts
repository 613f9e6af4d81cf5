import type { InputProblem } from "../core/errors.ts";
import { type Condition, compileCondition } from "../rules/conditions/condition.ts";
import type { ConditionScope } from "../rules/conditions/environment.ts";
import { textProblem } from "./text-problem.ts";

export type TextPlace = { scope: ConditionScope; metrics: ReadonlySet<string>; pointer: string };

/** Compiles a condition of a program; what is wrong with it goes to `problems`, with its position in the text. */
export function compileText(text: string | undefined, { scope, metrics, pointer }: TextPlace, problems: InputProblem[]): Condition | null {
  if (text === undefined) return null;
  const compiled = compileCondition(text, scope, metrics);
  if ("parts" in compiled) return compiled;
  problems.push(textProblem(text, pointer, { ...compiled, code: `condition_${compiled.code}` }));
  return null;
}
