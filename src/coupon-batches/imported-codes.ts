import type { CodeFault } from "./code-line.ts";
import type { CodeAnswer } from "./import-codes.ts";

/** So many refused lines are told of; the rest is counted. */
export const TOLD_MAX = 100;

export type ImportedCodes = {
  added: number;
  /** Lines whose code the batch had before. */
  present: number;
  /** Lines whose code the file has on a line before. */
  doubled: number;
  refused: number;
  /** The first of the refused lines. */
  errors: { line: number; code: CodeFault; detail: string }[];
};

/** Sums up what became of the lines of a file. */
export async function sumUp(chunks: AsyncIterable<readonly CodeAnswer[]>): Promise<ImportedCodes> {
  const imported: ImportedCodes = { added: 0, present: 0, doubled: 0, refused: 0, errors: [] };
  for await (const answer of chunks) {
    for (const line of answer) {
      imported[line.outcome] += 1;
      if (line.outcome !== "refused" || imported.errors.length === TOLD_MAX) continue;
      imported.errors.push({ line: line.line, code: line.reason, detail: line.detail });
    }
  }
  return imported;
}
