import type pg from "pg";
import { assert } from "../core/assert.ts";
import { inProgram } from "../db/transaction.ts";
import { insertCodes } from "./codes-store.ts";
import { drawCodes } from "./draw-codes.ts";
import { addWritten, lockBatch } from "./store.ts";

/** Codes of one transaction: some 10 ms of work each for Node and Postgres, so that requests wait no longer for it. */
const CHUNK_MAX = 2_000;

export type WriteChunkDeps = {
  pool: pg.Pool;
  /** How codes are drawn; a test draws some that are taken. */
  draw?: typeof drawCodes;
};

export type WrittenChunk = { added: number; isFinished: boolean };

/**
 * Writes the next codes of a generated batch and notes how many, in one transaction: whoever is stopped in between has written none of
 * them, and of several who write at once one waits for the other. A drawn code that is taken counts as none: another is drawn later.
 * Errors: coupon_batch_not_found.
 */
export function writeChunk(
  { pool, draw = drawCodes }: WriteChunkDeps,
  programId: number,
  batchId: string,
  at: Date,
): Promise<WrittenChunk> {
  return inProgram(pool, programId, async (tx) => {
    const batch = await lockBatch(tx, programId, batchId);
    const { codes, written, prefix, finishedAt, revoked } = batch;
    assert(codes !== null, "codes are drawn for generated batches only");
    if (finishedAt !== null || revoked !== null) return { added: 0, isFinished: true };
    const drawn = draw(prefix, Math.min(CHUNK_MAX, codes - written));
    const { length: added } = await insertCodes(tx, programId, batch, { codes: drawn, at });
    const isFinished = written + added === codes;
    await addWritten(tx, programId, { batchId, added, finishedAt: isFinished ? at.getTime() : null });
    return { added, isFinished };
  });
}
