import type pg from "pg";
import { inProgram } from "../db/transaction.ts";
import type { Job } from "./job.ts";

const PAGE_SIZE = 1_000;

/** Removes what quotes held that have ended. It changes nothing: they hold nothing from their end on, and only rows are saved. */
export function quoteReservationsJob({ pool }: { pool: pg.Pool }): Job {
  return {
    name: "quote-reservations",
    async run({ program: { programId }, now, signal }) {
      let done = 0;
      while (!signal.aborted) {
        const removed = await inProgram(pool, programId, (tx) => removeOver(tx, programId, now));
        done += removed;
        if (removed < PAGE_SIZE) break;
      }
      return { done, lagSeconds: 0 };
    },
  };
}

async function removeOver(tx: pg.ClientBase, programId: number, now: Date): Promise<number> {
  const { rowCount } = await tx.query({
    name: "remove_reservations",
    text: `delete from quote_reservations where program_id = $1 and ctid = any(array(
             select ctid from quote_reservations where program_id = $1 and expires_at <= $2 limit ${PAGE_SIZE}))`,
    values: [programId, now],
  });
  return rowCount ?? 0;
}
