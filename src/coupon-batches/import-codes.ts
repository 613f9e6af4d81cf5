import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { inChunks } from "../imports/in-chunks.ts";
import type { CouponBatch } from "./batch.ts";
import { CODE_FAULTS, type CodeFault, type CodeLine } from "./code-line.ts";
import { codesOfBatch, insertCodes } from "./codes-store.ts";
import { SeenCodes } from "./seen-codes.ts";
import { addWritten, findBatch, lockBatch } from "./store.ts";

/** Lines of one transaction. */
const CHUNK_MAX = 1_000;

/** What became of a line; of lines that say nothing there is none. */
export type CodeAnswer =
  /** `present`: the batch had the code before the file; `doubled`: the file has it on a line before. Neither changes anything. */
  | { line: number; outcome: "added" | "present" | "doubled"; code: string }
  | { line: number; outcome: "refused"; reason: CodeFault; detail: string };

/** Refuses to add to a batch that takes no codes. Errors: coupon_batch_closed. */
function requireOpen({ id, kind, revoked }: CouponBatch): void {
  const reason = revoked !== null ? "revoked" : kind === "generated" ? "generated" : null;
  if (reason !== null) throw new LoyaltyError("coupon_batch_closed", { batchId: id, reason });
}

/** Errors: coupon_batch_not_found, coupon_batch_closed. */
export async function requireTakesCodes(pool: pg.Pool, programId: number, batchId: string): Promise<void> {
  requireOpen(await inProgram(pool, programId, (tx) => findBatch(tx, programId, batchId)));
}

/**
 * Adds a shop's own codes to a batch, and answers each line in order, a chunk of lines at a time. Each chunk is a transaction of its own,
 * so what was added stays when the file breaks off, and the same file sent again adds the rest.
 * Errors: coupon_batch_not_found, coupon_batch_closed (also in the middle, when it is revoked meanwhile).
 */
export async function* importCodes(
  pool: pg.Pool,
  programId: number,
  { batchId, lines, at }: { batchId: string; lines: AsyncIterable<CodeLine>; at: Date },
): AsyncGenerator<CodeAnswer[]> {
  const seen = new SeenCodes();
  for await (const chunk of inChunks(lines, CHUNK_MAX)) {
    const codes = new Set(chunk.flatMap((line) => ("code" in line ? [line.code] : [])));
    const { added, present } = await addCodes(pool, programId, { batchId, codes: [...codes].sort(), at });
    yield chunk.map((line) => {
      if ("fault" in line) return refused(line.line, line.fault, line.why);
      const { line: number, code } = line;
      const isNamedBefore = seen.add(code);
      // Each code is added by one line, whatever its fingerprint says.
      if (added.delete(code)) {
        present.add(code);
        return { line: number, outcome: "added", code };
      }
      if (!present.has(code)) return refused(number, "taken");
      return { line: number, outcome: isNamedBefore ? "doubled" : "present", code };
    });
  }
}

function refused(line: number, reason: CodeFault, why?: string): CodeAnswer {
  return { line, outcome: "refused", reason, detail: `line ${line} ${CODE_FAULTS[reason]}${why === undefined ? "" : `: ${why}`}` };
}

/** Adds codes to a batch in one transaction: which were added, and which it had; the rest are others' codes. */
function addCodes(
  pool: pg.Pool,
  programId: number,
  { batchId, codes, at }: { batchId: string; codes: readonly string[]; at: Date },
): Promise<{ added: Set<string>; present: Set<string> }> {
  return inProgram(pool, programId, async (tx) => {
    const batch = await lockBatch(tx, programId, batchId);
    requireOpen(batch);
    const added = new Set(await insertCodes(tx, programId, batch, { codes, at }));
    await addWritten(tx, programId, { batchId, added: added.size, finishedAt: null });
    const present = await codesOfBatch(tx, programId, { batchId, codes: codes.filter((code) => !added.has(code)) });
    return { added, present };
  });
}
