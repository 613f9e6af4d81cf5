import type { ASTNode } from "@marcbachmann/cel-js";
import { asListMacro, type ListMacro } from "../conditions/ast.ts";
import type { Condition } from "../conditions/condition.ts";
import type { Part } from "../conditions/part.ts";

/** What of an order a rule may demand to be one of a few texts. `tier` is that of the member; `sku` and `category` are of any line. */
export type DemandedField = "channel" | "country" | "pricing" | "tier" | "sku" | "category";

/** A rule applies to no order whose `field` is none of `values`; `part` is the piece of its condition that says so, null where its lines do. */
export type Demand = { field: DemandedField; values: ReadonlySet<string>; part: { text: string; path: string } | null };

const FIELD_OF_PATH: Readonly<Record<string, DemandedField>> = {
  "order.channel": "channel",
  "order.country": "country",
  "order.pricing": "pricing",
  "member.tier": "tier",
};
const isOfLine = (field: string): field is "sku" | "category" => field === "sku" || field === "category";

const textOf = (node: ASTNode): string | null => (node.op === "value" && typeof node.args === "string" ? node.args : null);

/** `order.channel`, `l.sku`: the variable and its field. */
function fieldOf(node: ASTNode): { variable: string; field: string } | null {
  if (node.op !== "." || node.args[0].op !== "id") return null;
  return { variable: node.args[0].args, field: node.args[1] };
}

/** `x == "a"`, `"a" == x` or `x in ["a", "b"]`: what is compared, and with which texts. */
function comparison(node: ASTNode): { of: ASTNode; values: Set<string> } | null {
  if (node.op === "==") {
    const [left, right] = node.args;
    const text = textOf(left) ?? textOf(right);
    return text === null ? null : { of: textOf(left) === null ? left : right, values: new Set([text]) };
  }
  if (node.op !== "in" || node.args[1].op !== "list") return null;
  const texts = node.args[1].args.map(textOf);
  const values = texts.filter((text) => text !== null);
  return values.length === texts.length ? { of: node.args[0], values: new Set(values) } : null;
}

const operandsOfAnd = (node: ASTNode): ASTNode[] => (node.op === "&&" ? node.args.flatMap(operandsOfAnd) : [node]);

/** What a condition on one line, called `variable`, demands of it. */
function demandsOnLine(condition: ASTNode, variable: string, part: Demand["part"]): Demand[] {
  return operandsOfAnd(condition).flatMap((node) => {
    const compared = comparison(node);
    const read = compared === null ? null : fieldOf(compared.of);
    if (compared === null || read === null || read.variable !== variable || !isOfLine(read.field)) return [];
    return [{ field: read.field, values: compared.values, part }];
  });
}

/** `order.lines.exists(l, l.sku == "a" && …)`: a line of which all of this holds. */
function demandsOnSomeLine({ name, list, variable, body }: ListMacro, text: string): Demand[] {
  const walked = fieldOf(list);
  const [condition] = body;
  const isOverLines = name === "exists" && walked?.variable === "order" && walked.field === "lines";
  return isOverLines && condition !== undefined ? demandsOnLine(condition, variable, { text, path: "order.lines" }) : [];
}

function demandsOfPart({ text, run: { ast } }: Part): Demand[] {
  const macro = asListMacro(ast);
  if (macro !== null) return demandsOnSomeLine(macro, text);
  const compared = comparison(ast);
  const read = compared === null ? null : fieldOf(compared.of);
  if (compared === null || read === null) return [];
  const path = `${read.variable}.${read.field}`;
  const field = FIELD_OF_PATH[path];
  return field === undefined ? [] : [{ field, values: compared.values, part: { text, path } }];
}

/** What the conditions of a rule demand, in the order of their texts. */
export function demandsOf(when: Condition | null, lines: Condition | null): Demand[] {
  const ofLines = (lines?.parts ?? []).flatMap(({ run }) => demandsOnLine(run.ast, "line", null));
  return [...(when?.parts ?? []).flatMap(demandsOfPart), ...ofLines];
}
