import type { ImportResult } from "./schemas.ts";

/** What became of the lines of an import that have been answered. */
export type ImportCounts = { applied: number; replayed: number; refused: number };

/** Passes the answers on, and tells what they came to when there are no more or nobody reads on. */
export async function* countedImport(
  results: AsyncIterable<ImportResult>,
  ended: (counts: ImportCounts) => Promise<void>,
): AsyncGenerator<ImportResult> {
  const counts: ImportCounts = { applied: 0, replayed: 0, refused: 0 };
  try {
    for await (const result of results) {
      if ("code" in result) counts.refused += 1;
      else if (result.replayed) counts.replayed += 1;
      else counts.applied += 1;
      yield result;
    }
  } finally {
    await ended(counts);
  }
}
