import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import { splitLines } from "../imports/split-lines.ts";
import type { CouponBatch } from "./batch.ts";
import { CODE_FAULTS, type CodeFault, readCodeLine } from "./code-line.ts";
import { codesOfBatch, insertCodes } from "./codes-store.ts";
import { addWritten, findBatch, lockBatch } from "./store.ts";

/** A line that is longer is refused without being read. */
const LINE_BYTES_MAX = 4_096;
/** Codes of one transaction. */
const CHUNK_MAX = 1_000;
/** So many refused lines are told of; the rest is counted. */
const TOLD_MAX = 100;

export type RefusedCode = { line: number; code: CodeFault; detail: string };

export type ImportedCodes = {
  added: number;
  /** Codes that the batch had before, or that stand in the file before. */
  present: number;
  refused: number;
  /** The first of the refused lines. */
  errors: RefusedCode[];
};

/** Refuses to add to a batch that takes no codes. Errors: coupon_batch_closed. */
function requireOpen({ id, kind, revoked }: CouponBatch): void {
  const reason = revoked !== null ? "revoked" : kind === "generated" ? "generated" : null;
  if (reason !== null) throw new LoyaltyError("coupon_batch_closed", { batchId: id, reason });
}

/**
 * Adds a shop's own codes to a batch: one a line, in the first cell. Each chunk is a transaction of its own, so what was added stays
 * when the body breaks off, and the same file sent again adds the rest.
 * Errors: coupon_batch_not_found, coupon_batch_closed (also in the middle, when it is revoked meanwhile).
 */
export async function importCodes(
  pool: pg.Pool,
  programId: number,
  { batchId, body, at }: { batchId: string; body: AsyncIterable<Uint8Array>; at: Date },
): Promise<ImportedCodes> {
  requireOpen(await inProgram(pool, programId, (tx) => findBatch(tx, programId, batchId)));
  const imported: ImportedCodes = { added: 0, present: 0, refused: 0, errors: [] };
  let chunk = new Map<string, number>();
  for await (const line of splitLines(body, LINE_BYTES_MAX)) {
    const read = readCodeLine(line);
    if (read === null) continue;
    if ("fault" in read) refuse(line.number, read.fault);
    else if (chunk.has(read.code)) imported.present += 1;
    else chunk.set(read.code, line.number);
    if (chunk.size >= CHUNK_MAX) await addChunk();
  }
  await addChunk();
  imported.errors.sort((a, b) => a.line - b.line);
  return imported;

  function refuse(line: number, code: CodeFault): void {
    imported.refused += 1;
    if (imported.errors.length < TOLD_MAX) imported.errors.push({ line, code, detail: `line ${line} ${CODE_FAULTS[code]}` });
  }

  async function addChunk(): Promise<void> {
    if (chunk.size === 0) return;
    const lineOf = chunk;
    chunk = new Map();
    const { added, present } = await addCodes(pool, programId, { batchId, codes: [...lineOf.keys()].sort(), at });
    imported.added += added.size;
    imported.present += present.size;
    for (const [code, line] of lineOf) if (!added.has(code) && !present.has(code)) refuse(line, "taken");
  }
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
