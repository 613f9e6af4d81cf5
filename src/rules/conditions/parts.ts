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

/**
 * A piece that was cut out of a larger text may carry a few brackets that belong to its surroundings, all at its
 * beginning or all at its end. They are the ones without which it parses.
 */
function parsePiece(environment: Environment, piece: string): Expression | null {
  const text = piece.trim();
  const whole = tryParse(environment, text);
  if (whole !== null) return { text, run: whole };
  for (const [open, strip] of [["(", (rest: string) => rest.slice(1)] as const, [")", (rest: string) => rest.slice(0, -1)] as const]) {
    let rest = text;
    while (open === "(" ? rest.startsWith(open) : rest.endsWith(open)) {
      rest = strip(rest).trim();
      const run = tryParse(environment, rest);
      if (run !== null) return { text: rest, run };
    }
  }
  return null;
}

function operandsOfAnd(node: ASTNode): ASTNode[] {
  return node.op === "&&" ? [...operandsOfAnd(node.args[0]), ...operandsOfAnd(node.args[1])] : [node];
}

/** Cuts a text after each of the given nodes at the operator that follows it. */
function cut(text: string, operands: readonly ASTNode[], operator: string): string[] {
  const pieces: string[] = [];
  let from = 0;
  for (const { end } of operands.slice(0, -1)) {
    const at = text.indexOf(operator, end);
    pieces.push(text.slice(from, at));
    from = at + operator.length;
  }
  return [...pieces, text.slice(from)];
}

function allParsed(environment: Environment, pieces: readonly string[]): Expression[] | null {
  const parsed = pieces.map((piece) => parsePiece(environment, piece));
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
