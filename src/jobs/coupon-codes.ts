import type pg from "pg";
import { unfinishedBatches } from "../coupon-batches/store.ts";
import { writeChunk } from "../coupon-batches/write-chunk.ts";
import { inProgram } from "../db/transaction.ts";
import type { Job } from "./job.ts";

/**
 * Writes the codes of batches that are to be generated, the oldest batch first, a chunk a transaction. What another process writes
 * meanwhile is counted with it, and a batch that was left in the middle is taken up where it stands.
 */
export function couponCodesJob({ pool }: { pool: pg.Pool }): Job {
  return {
    name: "coupon-codes",
    async run({ program: { programId }, now, signal }) {
      const batches = await inProgram(pool, programId, (tx) => unfinishedBatches(tx, programId));
      let done = 0;
      for (const { id } of batches) {
        let isFinished = false;
        while (!isFinished && !signal.aborted) {
          const chunk = await writeChunk({ pool }, programId, id, now);
          done += chunk.added;
          isFinished = chunk.isFinished;
        }
      }
      const [oldest] = batches;
      return { done, lagSeconds: oldest === undefined ? 0 : (now.getTime() - oldest.createdAt) / 1000 };
    },
  };
}
