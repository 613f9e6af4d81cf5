import { LoyaltyError } from "../core/errors.ts";
import { toRefusal } from "../http/foreign-errors.ts";
import { toProblem } from "../http/problem.ts";
import { type LineNames, parseLine } from "./parse-line.ts";
import type { LineOutcome } from "./run-line.ts";
import type { ImportLine, ImportResult, RejectedLine } from "./schemas.ts";
import type { NumberedLine } from "./split-lines.ts";

export type AnswerLineDeps = {
  /** Does what a line says. */
  run(line: ImportLine): Promise<LineOutcome>;
  /** Told of an error that is no refusal. */
  defect(error: unknown): void;
};

function rejected(line: number, refusal: LoyaltyError, names: LineNames): RejectedLine {
  const { status, code, title, detail, errors, details } = toProblem(refusal.code, "", refusal.details, refusal.errors);
  return { line, status, ...names, code, title, detail, errors, details };
}

function namesOf(line: ImportLine): LineNames {
  const { type } = line;
  if ("id" in line) return { type, id: line.id };
  return { type, id: "orderId" in line ? line.orderId : line.segmentId };
}

/** Reads a line, does what it says and tells what came of it. Never rejects; `run` is called before it answers, in the order of the calls. */
export async function answerLine(numbered: NumberedLine, { run, defect }: AnswerLineDeps): Promise<ImportResult> {
  let names: LineNames = {};
  try {
    const parsed = parseLine(numbered);
    if ("refusal" in parsed) return rejected(numbered.number, parsed.refusal, parsed.names);
    names = namesOf(parsed.line);
    return { line: numbered.number, ...(await run(parsed.line)) };
  } catch (error) {
    const refusal = toRefusal(error);
    if (refusal === undefined) defect(error);
    return rejected(numbered.number, refusal ?? new LoyaltyError("internal"), names);
  }
}
