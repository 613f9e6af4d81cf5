import { type Environment, EvaluationError } from "@marcbachmann/cel-js";
import { AssertionFailed } from "../../core/assert.ts";
import type { RuleTrace } from "../decision.ts";
import { asListMacro, nodesOf } from "./ast.ts";
import type { ConditionFacts } from "./facts.ts";
import type { Expression } from "./parts.ts";
import { LAZY_OPERATORS, type Path, pathsOf, readPath } from "./paths.ts";
import { type Shortfall, shortfallOf } from "./shortfall.ts";

type Reason = NonNullable<RuleTrace["reason"]>;
export type ConditionReason = Extract<Reason, { kind: "condition" | "attribute_missing" | "evaluation_failed" }>;

/** One of the parts that `&&` joins at the top of a condition: judged and explained by itself. */
export type Part = {
  text: string;
  run: Expression["run"];
  paths: readonly Path[];
  /** The paths without which the part cannot be true. Looking first is much cheaper than an error thrown. */
  required: readonly Path[];
  shortfall: Shortfall | null;
};

export function compilePart(environment: Environment, expression: Expression): Part {
  const { ast } = expression.run;
  expression.run.check();
  const paths = pathsOf(ast);
  const readsAll = nodesOf(ast).every(
    (node) => !LAZY_OPERATORS.has(node.op) && asListMacro(node) === null && !(node.op === "call" && node.args[0] === "has"),
  );
  return {
    ...expression,
    paths,
    required: readsAll ? paths.filter(({ isOptional }) => isOptional) : [],
    shortfall: shortfallOf(environment, expression),
  };
}

function missingPath(part: Part, facts: ConditionFacts): Path | undefined {
  return part.required.find((path) => readPath(facts, path) === undefined);
}

/** Codes of the errors that say that something was not there. */
const MISSING_CODES: ReadonlySet<string> = new Set(["no_such_key", "index_out_of_bounds"]);

/** Rules read whatever shops send, so an evaluation that fails is an answer: the condition does not hold, and here is why. */
function failure(part: Part, error: unknown): ConditionReason {
  if (error instanceof AssertionFailed || !(error instanceof Error)) throw error;
  if (!(error instanceof EvaluationError)) return { kind: "evaluation_failed", part: part.text, detail: detailOf(part, error.message) };
  const { code, node, summary } = error;
  if (!MISSING_CODES.has(code) || node === undefined) {
    return { kind: "evaluation_failed", part: part.text, detail: detailOf(part, summary) };
  }
  return { kind: "attribute_missing", part: part.text, path: part.text.slice(node.start, node.end) };
}

/** Messages of conversions quote the value that they refuse; of a personal one nothing is kept. */
function detailOf({ paths }: Part, message: string): string {
  return paths.some(({ isPersonal }) => isPersonal) ? "it cannot be computed from the member's data" : message;
}

/** Whether the part holds, or why that cannot be said. */
function evaluate(part: Part, facts: ConditionFacts): boolean | ConditionReason {
  const missing = missingPath(part, facts);
  if (missing !== undefined) return { kind: "attribute_missing", part: part.text, path: missing.text };
  try {
    const outcome: unknown = part.run(facts);
    if (typeof outcome === "boolean") return outcome;
    return { kind: "evaluation_failed", part: part.text, detail: "the value is neither true nor false" };
  } catch (error) {
    return failure(part, error);
  }
}

export const partHolds = (part: Part, facts: ConditionFacts): boolean => evaluate(part, facts) === true;

/** null when the part holds. */
export function judgePart(part: Part, facts: ConditionFacts): ConditionReason | null {
  const outcome = evaluate(part, facts);
  if (typeof outcome === "object") return outcome;
  return outcome ? null : explain(part, facts);
}

function explain(part: Part, facts: ConditionFacts): ConditionReason {
  const missing = part.shortfall?.(facts) ?? null;
  return { kind: "condition", part: part.text, values: valuesSeen(part.paths, facts), ...(missing !== null && { missing }) };
}

const VALUE_LENGTH_MAX = 100;

/** The values that a part read, in words. Of personal attributes only the names: traces outlive an erasure. */
function valuesSeen(paths: readonly Path[], facts: ConditionFacts): Record<string, string> {
  const values: Record<string, string> = {};
  for (const path of paths) {
    if (path.keys.length === 0 && path.root !== "now") continue;
    values[path.text] = path.isPersonal ? "(not kept)" : inWords(readPath(facts, path));
  }
  return values;
}

/** A value as explanations say it. */
export function inWords(value: unknown): string {
  if (value === undefined) return "(absent)";
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return `(${value.length} items)`;
  if (value instanceof Map) return `(${value.size} attributes)`;
  const text = String(value);
  return text.length > VALUE_LENGTH_MAX ? `${text.slice(0, VALUE_LENGTH_MAX)}…` : text;
}
