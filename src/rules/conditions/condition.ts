import { ParseError, type ParseResult, TypeError as TypeMismatch } from "@marcbachmann/cel-js";
import type { WindowKey } from "../../core/metric-window.ts";
import type { ConditionProblem, TextRange } from "./ast.ts";
import type { StepBudget } from "./budget.ts";
import { type Cost, costOf } from "./cost.ts";
import { CONDITION_LENGTH_MAX, type ConditionScope, ENVIRONMENTS } from "./environment.ts";
import type { ConditionFacts } from "./facts.ts";
import { sumsRead } from "./metric-calls.ts";
import { type ConditionReason, compilePart, judgePart, type Part, partHolds } from "./part.ts";
import { splitAnd } from "./parts.ts";
import { isWholeMember, readsSegments } from "./paths.ts";
import { vet } from "./vet.ts";

/** A condition that parses, has the right types and costs little enough; compiled once for a rule-set version. */
export type Condition = {
  text: string;
  parts: readonly Part[];
  cost: Cost;
  readsProfile: boolean;
  /** The sums of the member's metrics that it reads. */
  sums: readonly WindowKey[];
  readsSegments: boolean;
};

const NO_EVENT = { event: "; only a rule with `on` looks at an event" };
const NO_ORDER = "; a rule with `on` looks at its event and at no order";
const MEMBER_ONLY = "; a rule on a day looks at its member only";

/** What to say of variables that another kind of condition has. */
const ELSEWHERE: Record<ConditionScope, Readonly<Record<string, string>>> = {
  when: NO_EVENT,
  lines: NO_EVENT,
  event: { order: NO_ORDER, line: NO_ORDER },
  day: { order: MEMBER_ONLY, line: MEMBER_ONLY, event: MEMBER_ONLY },
};

const problem = (code: string, detail: string, range: TextRange): ConditionProblem => ({ code, detail, range });

function parse(text: string, scope: ConditionScope): ParseResult | ConditionProblem {
  try {
    return ENVIRONMENTS[scope].parse(text);
  } catch (error) {
    if (error instanceof ParseError) return problem(error.code, error.summary, error.range ?? { start: 0, end: text.length });
    throw error;
  }
}

function checkTypes(text: string, program: ParseResult, scope: ConditionScope): ConditionProblem | null {
  const whole = { start: 0, end: text.length };
  const { valid, type, error } = program.check();
  if (valid) return type === "bool" ? null : problem("not_bool", `a condition is true or false; this has type ${type}`, whole);
  if (!(error instanceof ParseError || error instanceof TypeMismatch)) throw error;
  const range = error.range ?? whole;
  const hint = error.code === "unknown_variable" ? (ELSEWHERE[scope][text.slice(range.start, range.end)] ?? "") : "";
  return problem(error.code, error.summary + hint, range);
}

/**
 * Compiles a condition, or says what is wrong with it and where. Its scope says which variables it sees; `metrics` are
 * those that the program has.
 */
export function compileCondition(text: string, scope: ConditionScope, metrics: ReadonlySet<string>): Condition | ConditionProblem {
  if (text.length > CONDITION_LENGTH_MAX) {
    return problem("too_long", `a condition has at most ${CONDITION_LENGTH_MAX} characters`, { start: 0, end: text.length });
  }
  const program = parse(text, scope);
  if ("code" in program) return program;
  // Before the types, so that a call that is refused says so and not that its types do not fit.
  const refused = vet(program.ast, metrics) ?? checkTypes(text, program, scope);
  if (refused !== null) return refused;

  const environment = ENVIRONMENTS[scope];
  const parts = splitAnd(environment, text, program).map((expression) => compilePart(environment, expression));
  const paths = parts.flatMap((part) => part.paths);
  return {
    text,
    parts,
    cost: costOf(program.ast),
    readsProfile: paths.some(({ isPersonal }) => isPersonal),
    readsSegments: paths.some(readsSegments),
    sums: sumsRead(program.ast, paths.some(isWholeMember)),
  };
}

/** An error while judging is an answer that nobody reads a stack of; without stacks it costs a fifth. */
function withoutStacks<Result>(run: () => Result): Result {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** Judges a condition. Returns null when it holds, else the first part that does not and why. Never throws for what the facts lack. */
export function judgeCondition(condition: Condition, facts: ConditionFacts, budget: StepBudget): ConditionReason | null {
  const refused = budget.take(condition.cost, 1);
  if (refused !== null) return { kind: "evaluation_failed", part: condition.text, detail: refused };
  return withoutStacks(() => {
    for (const part of condition.parts) {
      const reason = judgePart(part, facts);
      if (reason !== null) return reason;
    }
    return null;
  });
}

/** Which lines of the order, in its order, a condition selects; or why it could not be judged. */
export function selectLines(condition: Condition, facts: ConditionFacts, budget: StepBudget): readonly boolean[] | ConditionReason {
  const lines = facts.order?.lines ?? [];
  const refused = budget.take(condition.cost, lines.length);
  if (refused !== null) return { kind: "evaluation_failed", part: condition.text, detail: refused };
  return withoutStacks(() =>
    lines.map((line) => {
      const ofLine = { ...facts, line };
      return condition.parts.every((part) => partHolds(part, ofLine));
    }),
  );
}
