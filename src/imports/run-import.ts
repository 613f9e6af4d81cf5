import { answerLine } from "./answer-line.ts";
import { inOrder } from "./in-order.ts";
import { LINE_BYTES_MAX } from "./parse-line.ts";
import type { LineOutcome } from "./run-line.ts";
import type { ImportLine, ImportResult } from "./schemas.ts";
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
  const deps = { run: (line: ImportLine) => turns.run((queued) => run(line, queued)), defect };
  yield* inOrder(withoutBlanks(splitLines(chunks, LINE_BYTES_MAX)), (numbered) => answerLine(numbered, deps), window);
}
