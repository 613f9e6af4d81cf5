import type { ASTNode } from "@marcbachmann/cel-js";
import { asListMacro, childrenOf } from "./ast.ts";
import { VARIABLES } from "./environment.ts";
import type { ConditionFacts } from "./facts.ts";
import { asMetricCall } from "./metric-calls.ts";

/** A value that a condition reads, such as `order.net` or `member.attributes.birthday`. */
export type Path = { text: string; root: keyof ConditionFacts; keys: readonly string[]; isPersonal: boolean; isOptional: boolean };

/** Fields that may be missing. */
export const OPTIONAL_FIELDS: ReadonlySet<string> = new Set(["channel", "country", "name", "category", "birthDate", "birthdayInDays"]);

/** Fields of a member that say something of the person; `attributes` do too. */
const PERSONAL_FIELDS: ReadonlySet<string> = new Set(["birthDate", "birthdayInDays"]);

/** Operators that may leave a part of the condition out. */
export const LAZY_OPERATORS: ReadonlySet<string> = new Set(["||", "&&", "?:"]);

const isVariable = (name: string): name is keyof ConditionFacts => VARIABLES.has(name);

/** The key of `.key` or `["key"]`. */
function keyOf(node: ASTNode): string | null {
  if (node.op === ".") return node.args[1];
  if (node.op === "[]" && node.args[1].op === "value" && typeof node.args[1].args === "string") return node.args[1].args;
  return null;
}

function asPath(node: ASTNode, bound: ReadonlySet<string>): Path | null {
  const keys: string[] = [];
  let inner = node;
  while (inner.op === "." || inner.op === "[]") {
    const key = keyOf(inner);
    if (key === null) return null;
    keys.unshift(key);
    inner = inner.args[0];
  }
  if (inner.op !== "id" || bound.has(inner.args) || !isVariable(inner.args)) return null;
  const root = inner.args;
  const isAttribute = keys[0] === (root === "event" ? "data" : "attributes");
  return {
    text: [root, ...keys].join("."),
    root,
    keys,
    // A bare `member` may be read further under another name.
    isPersonal: root === "member" && (isAttribute || keys[0] === undefined || PERSONAL_FIELDS.has(keys[0])),
    isOptional: isAttribute || (keys[0] !== undefined && OPTIONAL_FIELDS.has(keys[0])),
  };
}

/** A bare `member`: what is read of it further on is not known. */
export const isWholeMember = ({ root, keys }: Path): boolean => root === "member" && keys.length === 0;

export const readsSegments = (path: Path): boolean => isWholeMember(path) || (path.root === "member" && path.keys[0] === "segments");

/** `member.metric("spend", "365d")` is a value like any other. */
function asMetricPath(node: ASTNode, bound: ReadonlySet<string>): Path | null {
  const call = asMetricCall(node);
  if (call === null || call.of.op !== "id" || call.of.args !== "member" || bound.has("member")) return null;
  const text = `member.metric("${call.metric}", "${call.window}")`;
  return { text, root: "member", keys: ["sums", call.key], isPersonal: false, isOptional: false };
}

/** The paths that a condition reads, each once, in the order of its text. */
export function pathsOf(root: ASTNode): Path[] {
  const found = new Map<string, Path>();
  const visit = (node: ASTNode, bound: ReadonlySet<string>): void => {
    const path = asPath(node, bound) ?? asMetricPath(node, bound);
    if (path !== null) {
      found.set(path.text, path);
      return;
    }
    const macro = asListMacro(node);
    if (macro === null) {
      for (const child of childrenOf(node)) visit(child, bound);
      return;
    }
    visit(macro.list, bound);
    for (const part of macro.body) visit(part, new Set([...bound, macro.variable]));
  };
  visit(root, new Set());
  return [...found.values()];
}

const hasKey = (value: unknown, key: string): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && key in value;

/** The value at a path, undefined where there is none. */
export function readPath(facts: ConditionFacts, { root, keys }: Path): unknown {
  let value: unknown = facts[root];
  for (const key of keys) {
    if (value instanceof Map) value = value.get(key);
    else if (hasKey(value, key)) value = value[key];
    else return undefined;
  }
  return value;
}
