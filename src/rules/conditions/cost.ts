import type { ASTNode } from "@marcbachmann/cel-js";
import { asListMacro, childrenOf, nodesOf } from "./ast.ts";
import { checkPattern } from "./regex.ts";

/**
 * The most steps that a condition takes, as a polynomial in the length of the longest list it can walk: the coefficient
 * of n^i at index i. Known before it runs, so a condition that would take too long on a huge cart is not started.
 */
export type Cost = readonly number[];

/** Steps that one order may spend on all conditions; at most some 100 ns each. */
export const STEPS_PER_ORDER_MAX = 5_000_000;
/** Steps that one condition may spend on one order, so that none takes all of them. */
export const STEPS_PER_CONDITION_MAX = 500_000;

const TEXT_STEPS = 4;
/** Each instruction of a pattern may look at each of the 200 characters of a text. */
const REGEX_STEPS_PER_INSTRUCTION = 40;
/** Each element of a list, and the condition itself, may end in an error: that costs as much as so many steps. */
const ERROR_STEPS = 30;

const sum = (a: Cost, b: Cost): Cost =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, power) => (a[power] ?? 0) + (b[power] ?? 0));
const scale = (cost: Cost, factor: number): Cost => cost.map((coefficient) => coefficient * factor);
const timesLength = (cost: Cost): Cost => [0, ...cost];

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

function ownCost(node: ASTNode): Cost {
  if (node.op === "in") return node.args[1].op === "list" ? [1 + node.args[1].args.length] : [1, 1];
  if (node.op === "==" || node.op === "!=") return node.args.every(mayBeList) ? [1, 1] : [1];
  if (node.op === "rcall" && node.args[0] === "matchesRe2") return [regexSteps(node.args[2][0])];
  return node.op === "rcall" || node.op === "call" ? [TEXT_STEPS] : [1];
}

function regexSteps(pattern: ASTNode | undefined): number {
  const checked = checkPattern(pattern?.op === "value" && typeof pattern.args === "string" ? pattern.args : "");
  return "size" in checked ? checked.size * REGEX_STEPS_PER_INSTRUCTION : 1;
}

function nodeCost(node: ASTNode): Cost {
  const macro = asListMacro(node);
  if (macro === null) return childrenOf(node).map(nodeCost).reduce(sum, ownCost(node));
  const body = macro.body.map(nodeCost).reduce(sum, [ERROR_STEPS]);
  const walk = macro.list.op === "list" ? scale(body, macro.list.args.length) : timesLength(body);
  return sum(nodeCost(macro.list), walk);
}

/** The cost of a vetted condition. Each `+` may join two lists, so that lists grow by as much. */
export function costOf(root: ASTNode): Cost {
  const growth = 1 + nodesOf(root).reduce((count, node) => (node.op === "+" ? count + 1 : count), 0);
  return sum([ERROR_STEPS], nodeCost(root)).map((coefficient, power) => coefficient * growth ** power);
}

export function stepsAt(cost: Cost, length: number): number {
  return cost.reduceRight((steps, coefficient) => steps * length + coefficient, 0);
}
