import type { Connection } from "../connection.ts";
import { isRejected, type LineAnswer, parseAnswer } from "./answer.ts";
import { exchangeLines } from "./duplex.ts";
import type { ErrorsFile } from "./errors-file.ts";
import type { ImportFile } from "./import-file.ts";
import type { Progress } from "./progress.ts";
import { SentLines } from "./sent-lines.ts";
import { ImportSummary } from "./summary.ts";

export type ImportOptions = {
  progress: Progress;
  errors?: ErrorsFile | undefined;
  onAnswer?: ((answer: LineAnswer) => void) | undefined;
};

/** Sends a file through the service's import and sums up its answers as they come; nothing grows with the file. */
export async function runImport(
  connection: Connection,
  file: ImportFile,
  { progress, errors, onAnswer }: ImportOptions,
): Promise<ImportSummary> {
  const summary = new ImportSummary();
  const sent = errors === undefined ? undefined : keepSent(file);
  const linesSent = countLines(file);
  try {
    for await (const text of exchangeLines(connection, file.lines)) {
      const answer = parseAnswer(text);
      summary.add(answer);
      const input = sent?.take(answer.line) ?? "";
      if (isRejected(answer)) await errors?.add(answer, input);
      onAnswer?.(answer);
      // The file is read ahead of the answers: what counts as done is the part of it that is answered.
      const bytes = Math.round(file.bytesRead() * Math.min(1, answer.line / Math.max(1, linesSent())));
      progress.update({ bytes, lines: summary.lines, failed: summary.failed });
    }
    return summary;
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
