import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { enterHotPath, inProgram, NO_PROGRAM } from "../db/transaction.ts";

/** `hasMore`: there were more than one look takes. `lagSeconds`: how long ago the oldest of them was written. */
export type NumberedEvents = { events: number; hasMore: boolean; lagSeconds: number };

/** Transactions that one look takes: bounds it, however long nobody has looked. */
const BATCHES_MAX = 1_000;

/** Programs that have committed events without a position, whichever process wrote them. */
export async function programsWithUnnumberedEvents(pool: pg.Pool): Promise<number[]> {
  const { rows } = await inProgram(pool, NO_PROGRAM, (tx) =>
    tx.query<{ program_id: number }>({
      name: "programs_with_events",
      text: "select program_id from loyalty_programs_with_events()",
    }),
  );
  return rows.map(({ program_id }) => program_id);
}

/** Gives committed events of a program their positions, oldest first. Answers undefined where another process is doing it. */
export function numberEvents(pool: pg.Pool, programId: number): Promise<NumberedEvents | undefined> {
  return inProgram(pool, programId, async (tx) => {
    await tx.query(enterHotPath(tx, programId));
    const { rows } = await tx.query<{ batches: number; events: number; lag_seconds: number }>({
      name: "number_events",
      text: "select batches, events, lag_seconds from loyalty_number_events($1)",
      values: [BATCHES_MAX],
    });
    return rows[0] && { events: rows[0].events, hasMore: rows[0].batches === BATCHES_MAX, lagSeconds: rows[0].lag_seconds };
  });
}

/** Between two looks where another process is numbering. */
const OTHER_MS = 20;

/** Every event of the program that is committed now has its position then, whoever numbers. */
export async function numberCommitted(pool: pg.Pool, programId: number): Promise<void> {
  for (;;) {
    const look = await numberEvents(pool, programId);
    if (look !== undefined && !look.hasMore) return;
    if (look === undefined) await sleep(OTHER_MS);
  }
}
