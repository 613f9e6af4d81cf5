import { LoyaltyError, refuseField } from "../core/errors.ts";
import { parseInput } from "../core/input-problems.ts";
import { parseJson } from "../http/parse-json.ts";
import { ImportLine } from "./schemas.ts";
import type { NumberedLine } from "./split-lines.ts";

/** A line that is longer is refused without being read. */
export const LINE_BYTES_MAX = 1_048_576;

/** What a rejected line calls itself, as far as it can be read. */
export type LineNames = { type?: string; id?: string };

/** A line as its schema reads it, or why not. */
export type ParsedLine = { line: ImportLine } | { refusal: LoyaltyError; names: LineNames };

function namesOf(value: unknown): LineNames {
  const names: LineNames = {};
  if (typeof value !== "object" || value === null) return names;
  if ("type" in value && typeof value.type === "string") names.type = value.type.slice(0, 128);
  const id = "id" in value ? value.id : "orderId" in value ? value.orderId : "segmentId" in value ? value.segmentId : undefined;
  if (typeof id === "string") names.id = id.slice(0, 128);
  return names;
}

const FAULTS = { not_utf8: "The line is not UTF-8", broken_off: "The body broke off, or cannot be unpacked" } as const;

function textOf(line: NumberedLine): string {
  if ("text" in line) return line.text;
  if (line.fault === "too_long") throw new LoyaltyError("body_too_large", { bytesMax: LINE_BYTES_MAX });
  throw refuseField("malformed_json", "", FAULTS[line.fault]);
}

/** Runs `read`; a refusal is what it answers, a defect is thrown on. */
function refusalOr<Result>(read: () => Result, names: LineNames): Result | { refusal: LoyaltyError; names: LineNames } {
  try {
    return read();
  } catch (error) {
    if (error instanceof LoyaltyError) return { refusal: error, names };
    throw error;
  }
}

/** Reads a line. Its refusal is that of the body it stands for; pointers are into the line. */
export function parseLine(numbered: NumberedLine): ParsedLine {
  const read = refusalOr(() => ({ value: parseJson(textOf(numbered)) }), {});
  if ("refusal" in read) return read;
  return refusalOr(() => ({ line: parseInput(ImportLine, read.value) }), namesOf(read.value));
}
