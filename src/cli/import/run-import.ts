import type { Connection } from "../connection.ts";
import { exchangeLines, type LinesTarget } from "./duplex.ts";
import type { ErrorsFile } from "./errors-file.ts";
import type { ImportFile } from "./import-file.ts";
import type { Progress, Standing } from "./progress.ts";
import { SentLines } from "./sent-lines.ts";

/** What is sent where, and how its answers are read. */
export type LineImport<Answer extends { line: number }> = LinesTarget & {
  parse(text: string): Answer;
  /** Why a line was rejected; undefined where it was not. */
  problemOf(answer: Answer): string | undefined;
};

type ImportOptions<Answer> = {
  progress: Progress;
  errors?: ErrorsFile | undefined;
  onAnswer(answer: Answer, problem: string | undefined): void;
};

/** Sends a file through an import of the service and hands on its answers as they come; nothing grows with the file. */
export async function runImport<Answer extends { line: number }>(
  connection: Connection,
  file: ImportFile,
  { parse, problemOf, ...target }: LineImport<Answer>,
  { progress, errors, onAnswer }: ImportOptions<Answer>,
): Promise<Standing> {
  const standing: Standing = { bytes: 0, lines: 0, failed: 0 };
  const sent = errors === undefined ? undefined : keepSent(file);
  const linesSent = countLines(file);
  try {
    for await (const text of exchangeLines(connection, target, file.lines)) {
      const answer = parse(text);
      standing.lines += 1;
      const input = sent?.take(answer.line) ?? "";
      const problem = problemOf(answer);
      if (problem !== undefined) {
        standing.failed += 1;
        await errors?.add(answer, input);
      }
      onAnswer(answer, problem);
      // The file is read ahead of the answers: what counts as done is the part of it that is answered.
      standing.bytes = Math.round(file.bytesRead() * Math.min(1, answer.line / Math.max(1, linesSent())));
      progress.update(standing);
    }
    return standing;
  } finally {
    progress.stop();
  }
}

function keepSent({ lines }: ImportFile): SentLines {
  const sent = new SentLines();
  lines.on("data", (chunk: Buffer) => sent.add(chunk));
  lines.on("end", () => sent.end());
  return sent;
}

const NEWLINE = 0x0a;

function countLines({ lines }: ImportFile): () => number {
  let count = 0;
  lines.on("data", (chunk: Buffer) => {
    for (let at = chunk.indexOf(NEWLINE); at !== -1; at = chunk.indexOf(NEWLINE, at + 1)) count += 1;
  });
  return () => count;
}
