import type { ASTNode } from "@marcbachmann/cel-js";

/** A piece of a condition's text: from `start` up to, but without, `end`. */
export type TextRange = { start: number; end: number };

/** Something wrong with a condition, and where. */
export type ConditionProblem = { code: string; detail: string; range: TextRange };

const LIST_MACROS: ReadonlySet<string> = new Set(["all", "exists", "exists_one", "map", "filter"]);

/** A call that walks a list and binds a name to each element, such as `order.lines.exists(l, l.net > 0)`. */
export type ListMacro = { name: string; list: ASTNode; variable: string; body: ASTNode[] };

export function asListMacro(node: ASTNode): ListMacro | null {
  if (node.op !== "rcall") return null;
  const [name, list, [variable, ...body]] = node.args;
  if (!LIST_MACROS.has(name) || variable?.op !== "id" || body.length === 0) return null;
  return { name, list, variable: variable.args, body };
}

export function childrenOf(node: ASTNode): ASTNode[] {
  switch (node.op) {
    case "value":
    case "id":
      return [];
    case ".":
    case ".?":
      return [node.args[0]];
    case "call":
      return node.args[1];
    case "rcall":
      return [node.args[1], ...node.args[2]];
    case "list":
      return node.args;
    case "map":
      return node.args.flat();
    case "!_":
    case "-_":
      return [node.args];
    default:
      return [...node.args];
  }
}

/** All nodes of a tree, itself first. */
export function* nodesOf(node: ASTNode): Generator<ASTNode> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesOf(child);
}
