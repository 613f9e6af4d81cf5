import type { ASTNode } from "@marcbachmann/cel-js";
import { asListMacro, type ConditionProblem, childrenOf, nodesOf } from "./ast.ts";
import { metricProblem } from "./metric-calls.ts";
import { checkPattern } from "./regex.ts";

const MACRO_DEPTH_MAX = 2;

/**
 * The calls that a condition may use: each takes a bounded time and depends on nothing but its arguments. Left out are
 * the native `matches` (can take forever), `bind` (doubling a value again and again fills the memory), and the
 * timestamps' own calendar methods (they use the server's clock; `local` has the program's).
 */
const FUNCTIONS: ReadonlySet<string> = new Set(["has", "size", "int", "double", "string", "bool", "dyn", "timestamp", "duration"]);
const METHODS: ReadonlySet<string> = new Set([
  "contains",
  "startsWith",
  "endsWith",
  "lowerAscii",
  "upperAscii",
  "trim",
  "size",
  "matchesRe2",
  "metric",
]);
const HINTS: Readonly<Record<string, string>> = { matches: "; use matchesRe2" };

function vetCall(node: ASTNode, metrics: ReadonlySet<string>): ConditionProblem | null {
  if (node.op !== "call" && node.op !== "rcall") return null;
  const name = node.args[0];
  const isKnown = node.op === "call" ? FUNCTIONS.has(name) : METHODS.has(name) || asListMacro(node) !== null;
  if (!isKnown) {
    const hint = HINTS[name] ?? (/^get[A-Z]/.test(name) ? "; use local, such as local.hour" : "");
    return { code: "function_not_allowed", detail: `${name}() is not available in conditions${hint}`, range: node.range };
  }
  if (name === "metric") return metricProblem(node, metrics);
  if (node.op !== "rcall" || name !== "matchesRe2") return null;
  const [pattern] = node.args[2];
  if (pattern?.op !== "value" || typeof pattern.args !== "string") {
    return { code: "pattern_not_literal", detail: "the pattern of matchesRe2 is a text in quotes", range: node.range };
  }
  const checked = checkPattern(pattern.args);
  return "problem" in checked ? { code: "pattern_invalid", detail: checked.problem, range: pattern.range } : null;
}

/** How deep list macros nest; one that walks the result of another counts as nested, since sizes multiply just so. */
function macroDepth(node: ASTNode): number {
  const deepest = childrenOf(node).reduce((depth, child) => Math.max(depth, macroDepth(child)), 0);
  const macro = asListMacro(node);
  if (macro === null) return deepest;
  return 1 + macroDepth(macro.list) + macro.body.reduce((depth, part) => Math.max(depth, macroDepth(part)), 0);
}

/** The first thing in a parsed condition that could cost too much or names no metric of the program, or null. */
export function vet(root: ASTNode, metrics: ReadonlySet<string>): ConditionProblem | null {
  for (const node of nodesOf(root)) {
    const problem = vetCall(node, metrics);
    if (problem !== null) return problem;
    if (asListMacro(node) !== null && macroDepth(node) > MACRO_DEPTH_MAX) {
      return { code: "macro_depth", detail: `list macros nest at most ${MACRO_DEPTH_MAX} deep`, range: node.range };
    }
  }
  return null;
}
