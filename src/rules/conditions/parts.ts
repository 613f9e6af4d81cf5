import { type ASTNode, type Environment, ParseError, type ParseResult } from "@marcbachmann/cel-js";

/** A piece of a condition that stands by itself. */
export type Expression = { text: string; run: ParseResult };

function tryParse(environment: Environment, text: string): ParseResult | null {
  try {
    return environment.parse(text);
  } catch (error) {
    if (error instanceof ParseError) return null;
    throw error;
  }
}

/** Without brackets around the whole, which say nothing. */
function unwrap(environment: Environment, expression: Expression): Expression {
  const { text } = expression;
  if (!text.startsWith("(") || !text.endsWith(")")) return expression;
  const inner = text.slice(1, -1).trim();
  const run = tryParse(environment, inner);
  return run === null ? expression : unwrap(environment, { text: inner, run });
}

/**
 * A piece that was cut out of a larger text may carry a few brackets that belong to its surroundings, all at its
 * beginning or all at its end. They are the ones without which it parses.
 */
function parsePiece(environment: Environment, piece: string): Expression | null {
  const text = piece.trim();
  const opening = /^[(\s]*/.exec(text)?.[0].length ?? 0;
  const closing = /[)\s]*$/.exec(text)?.[0].length ?? 0;
  const fromStart = Array.from({ length: opening + 1 }, (_, count) => text.slice(count));
  const fromEnd = Array.from({ length: closing }, (_, count) => text.slice(0, text.length - count - 1));
  for (const candidate of [...fromStart, ...fromEnd]) {
    const run = tryParse(environment, candidate);
    if (run !== null) return unwrap(environment, { text: candidate.trim(), run });
  }
  return null;
}

function operandsOfAnd(node: ASTNode): ASTNode[] {
  return node.op === "&&" ? [...operandsOfAnd(node.args[0]), ...operandsOfAnd(node.args[1])] : [node];
}

/** What may stand between an operand and the operator after it: brackets that close, blanks, comments. */
const UP_TO_OPERATOR = /(?:[\s)]|\/\/[^\n]*(?:\n|$))*/y;

function operatorAfter(text: string, end: number, operator: string): number | null {
  UP_TO_OPERATOR.lastIndex = end;
  const at = end + (UP_TO_OPERATOR.exec(text)?.[0].length ?? 0);
  return text.startsWith(operator, at) ? at : null;
}

/** Cuts a text after each of the given nodes at the operator that follows it; null where that cannot be found. */
function cut(text: string, operands: readonly ASTNode[], operator: string): string[] | null {
  const pieces: string[] = [];
  let from = 0;
  for (const { end } of operands.slice(0, -1)) {
    const at = operatorAfter(text, end, operator);
    if (at === null) return null;
    pieces.push(text.slice(from, at));
    from = at + operator.length;
  }
  return [...pieces, text.slice(from)];
}

function allParsed(environment: Environment, pieces: readonly string[] | null): Expression[] | null {
  const parsed = pieces?.map((piece) => parsePiece(environment, piece)) ?? [null];
  return parsed.every((expression) => expression !== null) ? parsed : null;
}

/** The parts that `&&` joins at the top of a condition; the whole where it cannot be told apart. */
export function splitAnd(environment: Environment, text: string, whole: ParseResult): Expression[] {
  return allParsed(environment, cut(text, operandsOfAnd(whole.ast), "&&")) ?? [{ text, run: whole }];
}

/** The two sides of a comparison. */
export function splitComparison(environment: Environment, { text, run }: Expression): [Expression, Expression] | null {
  const { ast } = run;
  if (ast.op !== ">=" && ast.op !== ">" && ast.op !== "<=" && ast.op !== "<") return null;
  const [left, right] = allParsed(environment, cut(text, ast.args, ast.op)) ?? [];
  return left !== undefined && right !== undefined ? [left, right] : null;
}
