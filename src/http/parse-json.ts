import { type InputProblem, LoyaltyError } from "../core/errors.ts";
import { pointerTo } from "../core/input-problems.ts";
import { findJsonFault } from "./json-scan.ts";

/** Deeper than any body of this API, and shallow enough for every recursive reader of it. */
const DEPTH_MAX = 32;

/** How many names the objects of a JSON text have: strings that a colon follows. */
function countNamesInText(text: string): number {
  let names = 0;
  let at = text.indexOf('"');
  while (at !== -1) {
    let end = text.indexOf('"', at + 1);
    while (isEscaped(text, end)) end = text.indexOf('"', end + 1);
    let after = end + 1;
    while (text.charCodeAt(after) <= 0x20) after += 1;
    if (text[after] === ":") names += 1;
    at = text.indexOf('"', after);
  }
  return names;
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
}

/** How many names the objects of a value have; NaN when it nests too deep. */
function countNames(value: unknown, depth = 0): number {
  if (typeof value !== "object" || value === null) return 0;
  if (depth === DEPTH_MAX) return Number.NaN;
  let names = 0;
  if (Array.isArray(value)) {
    for (const item of value) names += countNames(item, depth + 1);
    return names;
  }
  for (const member of Object.values(value)) names += 1 + countNames(member, depth + 1);
  return names;
}

/** Only an escape can bring NUL or half of a surrogate pair into a text that is well-formed itself. */
const mayHoldUnstorable = (text: string): boolean => text.includes("\\u") || !text.isWellFormed();

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/** Where a value holds what the database cannot keep, or nests too deep. */
function findUnstorable(value: unknown, path: readonly PropertyKey[] = []): InputProblem | undefined {
  const refuse = (code: string, detail: string): InputProblem => ({ pointer: pointerTo(path), code, detail });
  if (typeof value === "string")
    return isStorable(value) ? undefined : refuse("wrong_format", "Text holds neither NUL nor half of a surrogate pair");
  if (typeof value !== "object" || value === null) return undefined;
  if (path.length === DEPTH_MAX) return refuse("too_deep", `Lists and objects nest at most ${DEPTH_MAX} deep`);
  for (const [name, member] of Object.entries(value)) {
    if (!isStorable(name)) return refuse("invalid_name", "A name holds neither NUL nor half of a surrogate pair");
    const problem = findUnstorable(member, [...path, name]);
    if (problem) return problem;
  }
  return undefined;
}

/** Line and column count from 1. */
function malformed(text: string, offset: number, detail: string): LoyaltyError {
  const before = text.slice(0, offset).split("\n");
  const place = { position: offset, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new LoyaltyError("malformed_json", place, [{ pointer: "", code: "malformed_json", detail: `${detail}, at position ${offset}` }]);
}

/**
 * A JSON text as a value, the same for a body and for a line of an import.
 *
 * Errors: malformed_json with the position; request_invalid for a name that stands twice, `__proto__`, text with NUL or an
 *         unpaired surrogate, and what nests deeper than 32, each with its pointer.
 * Source: RFC 8259, section 4: what an object with a repeated name means is left open, so it is refused.
 */
export function parseJson(text: string): unknown {
  const value = parse(text);
  const isSound = countNames(value) === countNamesInText(text) && !text.includes("__proto__") && !mayHoldUnstorable(text);
  if (isSound) return value;

  const problem = findUnstorable(value) ?? nameProblem(text);
  if (problem) throw new LoyaltyError("request_invalid", {}, [problem]);
  return value;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const fault = findJsonFault(text);
    if (fault?.kind === "syntax") throw malformed(text, fault.offset, fault.detail);
    if (fault) throw new LoyaltyError("request_invalid", {}, [{ pointer: fault.pointer, code: fault.code, detail: fault.detail }]);
    throw cause;
  }
}

function nameProblem(text: string): InputProblem | undefined {
  const fault = findJsonFault(text);
  return fault?.kind === "name" ? { pointer: fault.pointer, code: fault.code, detail: fault.detail } : undefined;
}
