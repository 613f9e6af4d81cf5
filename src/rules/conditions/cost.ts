import type { ASTNode } from "@marcbachmann/cel-js";
import { asListMacro, childrenOf, nodesOf } from "./ast.ts";
import { LAZY_OPERATORS, OPTIONAL_FIELDS } from "./paths.ts";
import { checkPattern } from "./regex.ts";

/** Coefficients of a polynomial: that of n^i at index i. */
type Polynomial = readonly number[];

/**
 * The most steps that a condition takes, as a polynomial in the length of the longest list it can walk, which may be one
 * that it writes out itself. Known before it runs, so a condition that would take too long on a huge cart is not started.
 */
export type Cost = { steps: Polynomial; longestOwnList: number };

/** Steps that one order may spend on all conditions; at most some 70 ns each. */
export const STEPS_PER_ORDER_MAX = 1_000_000;
/** Steps that one condition may spend on one order, so that none takes all of them. */
export const STEPS_PER_CONDITION_MAX = 500_000;

const TEXT_STEPS = 4;
const CONVERSIONS: ReadonlySet<string> = new Set(["int", "double", "string", "bool", "timestamp", "duration"]);
/** Each instruction of a pattern may look at each of the 200 characters of a text. */
const REGEX_STEPS_PER_INSTRUCTION = 40;
/** What it takes to begin with an element of a list, or with the condition itself. */
const START_STEPS = 4;
/** Each element, and the condition itself, may end in an error: that costs as much, and its message grows with the text. */
const ERROR_STEPS = 45;
const CHARACTERS_PER_ERROR_STEP = 30;
/** A conversion that is refused throws twice. */
const CONVERSION_STEPS = 40;

/** Operators that are errors for some values of the right type: overflow, division by 0, an index that is not there. */
const FAILING_OPERATORS: ReadonlySet<string> = new Set(["+", "-", "*", "/", "%", "-_", "[]"]);
/** Fields of any content: every key can be missing, every value of another type. */
const SENT_BY_CALLERS: ReadonlySet<string> = new Set(["attributes", "data"]);

const sum = (a: Polynomial, b: Polynomial): Polynomial =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, power) => (a[power] ?? 0) + (b[power] ?? 0));
const scale = (steps: Polynomial, factor: number): Polynomial => steps.map((coefficient) => coefficient * factor);
const timesLength = (steps: Polynomial): Polynomial => [0, ...steps];

/** Whether a node may be a list: then comparing it costs its length. */
function mayBeList(node: ASTNode): boolean {
  switch (node.op) {
    case "id":
    case "[]":
    case "?:":
    case "rcall":
    case "list":
    case "map":
      return true;
    case ".":
      return node.args[1] === "lines" || mayBeAttribute(node);
    default:
      return false;
  }
}

/** A field of attributes or of an event's data, however deep. */
const mayBeAttribute = (node: ASTNode): boolean =>
  node.op === "." && (node.args[1] === "attributes" || node.args[1] === "data" || mayBeAttribute(node.args[0]));

function ownCost(node: ASTNode): Polynomial {
  if (node.op === "in") return node.args[1].op === "list" ? [1 + node.args[1].args.length] : [1, 1];
  if (node.op === "==" || node.op === "!=") return node.args.every(mayBeList) ? [1, 1] : [1];
  if (node.op === "rcall" && node.args[0] === "matchesRe2") return [regexSteps(node.args[2][0])];
  if (node.op === "call" && CONVERSIONS.has(node.args[0])) return [CONVERSION_STEPS];
  return node.op === "rcall" || node.op === "call" ? [TEXT_STEPS] : [1];
}

function regexSteps(pattern: ASTNode | undefined): number {
  const checked = checkPattern(pattern?.op === "value" && typeof pattern.args === "string" ? pattern.args : "");
  return "size" in checked ? checked.size * REGEX_STEPS_PER_INSTRUCTION : 1;
}

/** Whether a node can end in an error. What `isLookedFor` says is looked for before the condition runs, so that its lack is none. */
function mayFail(root: ASTNode, isLookedFor: boolean): boolean {
  return nodesOf(root).some(
    (node) =>
      FAILING_OPERATORS.has(node.op) ||
      (node.op === "call" && CONVERSIONS.has(node.args[0])) ||
      (node.op === "." && (SENT_BY_CALLERS.has(node.args[1]) || (!isLookedFor && OPTIONAL_FIELDS.has(node.args[1])))),
  );
}

function nodeCost(node: ASTNode, errorSteps: number, isDynamic: boolean): Polynomial {
  const costOfInner = (inner: ASTNode): Polynomial => nodeCost(inner, errorSteps, isDynamic);
  const macro = asListMacro(node);
  if (macro === null) return childrenOf(node).map(costOfInner).reduce(sum, ownCost(node));
  const start = isDynamic || macro.body.some((part) => mayFail(part, false)) ? errorSteps : START_STEPS;
  const body = macro.body.map(costOfInner).reduce(sum, [start]);
  const walk = macro.list.op === "list" ? scale(body, macro.list.args.length) : timesLength(body);
  return sum(costOfInner(macro.list), walk);
}

/** The cost of a vetted condition. Each `+` may join two lists, so that lists grow by as much. */
export function costOf(root: ASTNode): Cost {
  const nodes = [...nodesOf(root)];
  const growth = 1 + nodes.filter(({ op }) => op === "+").length;
  const errorSteps = ERROR_STEPS + Math.ceil((root.range.end - root.range.start) / CHARACTERS_PER_ERROR_STEP);
  // Under another name an element may be such a map.
  const isDynamic = nodes.some((node) => node.op === "." && SENT_BY_CALLERS.has(node.args[1]));
  const isLazy = nodes.some((node) => LAZY_OPERATORS.has(node.op) || asListMacro(node) !== null || node.op === "call");
  const start = mayFail(root, !isLazy) ? errorSteps : START_STEPS;
  const steps = sum([start], nodeCost(root, errorSteps, isDynamic)).map((coefficient, power) => coefficient * growth ** power);
  return { steps, longestOwnList: Math.max(0, ...nodes.map((node) => (node.op === "list" || node.op === "map" ? node.args.length : 0))) };
}

/** Steps on facts whose longest list has this length. */
export function stepsAt({ steps, longestOwnList }: Cost, length: number): number {
  const longest = Math.max(length, longestOwnList);
  return steps.reduceRight((sum, coefficient) => sum * longest + coefficient, 0);
}
