import { LoyaltyError } from "../core/errors.ts";
import { toRefusal } from "../http/foreign-errors.ts";
import { toProblem } from "../http/problem.ts";
import { inOrder } from "./in-order.ts";
import { LINE_BYTES_MAX, type LineNames, parseLine } from "./parse-line.ts";
import type { LineOutcome } from "./run-line.ts";
import type { ImportLine, ImportResult, RejectedLine } from "./schemas.ts";
import { type NumberedLine, splitLines } from "./split-lines.ts";
import { Turns } from "./turns.ts";

export type ImportDeps = {
  /** Does what a line says; calls `queued` when its command stands in the queue. */
  run(line: ImportLine, queued: () => void): Promise<LineOutcome>;
  /** Most lines that are worked on at once. */
  window: number;
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

const isBlank = (line: NumberedLine): boolean => "text" in line && line.text.trim() === "";

async function* withoutBlanks(lines: AsyncIterable<NumberedLine>): AsyncGenerator<NumberedLine> {
  for await (const line of lines) if (!isBlank(line)) yield line;
}

/**
 * Takes the lines of a stream through the write path and gives an answer a line, in order, while the stream goes on.
 * Lines take effect in the order of the file for each member. A broken line is answered with its problem and stops
 * nothing else; a stream that breaks off ends the import with an answer that says so.
 */
export async function* runImport(chunks: AsyncIterable<Uint8Array>, { run, window, defect }: ImportDeps): AsyncGenerator<ImportResult> {
  const turns = new Turns();

  async function answer(numbered: NumberedLine): Promise<ImportResult> {
    let names: LineNames = {};
    try {
      const parsed = parseLine(numbered);
      if ("refusal" in parsed) return rejected(numbered.number, parsed.refusal, parsed.names);
      names = namesOf(parsed.line);
      return { line: numbered.number, ...(await turns.run((queued) => run(parsed.line, queued))) };
    } catch (error) {
      const refusal = toRefusal(error);
      if (refusal === undefined) defect(error);
      return rejected(numbered.number, refusal ?? new LoyaltyError("internal"), names);
    }
  }

  yield* inOrder(withoutBlanks(splitLines(chunks, LINE_BYTES_MAX)), answer, window);
}
