import type pg from "pg";
import { LoyaltyError, refuseField } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";

type Row = { is_test: boolean; test_now: Date | null };

const requireTest = (row: Row | undefined): Row => {
  if (row?.is_test !== true) throw new LoyaltyError("test_clock_unavailable");
  return row;
};

/** Null where it was not set yet. Errors: test_clock_unavailable. */
export async function readTestClock(pool: pg.Pool, programId: number): Promise<Date | null> {
  const { rows } = await inProgram(pool, programId, (tx) =>
    tx.query<Row>("select is_test, test_now from programs where program_id = $1", [programId]),
  );
  return requireTest(rows[0]).test_now;
}

/** `clock` is what the program's time was without it. Errors: test_clock_unavailable; request_invalid for a time before the present one. */
export function setTestClock(pool: pg.Pool, programId: number, { now, clock }: { now: Date; clock: Date }): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    const { rows } = await tx.query<Row>("select is_test, test_now from programs where program_id = $1 for update", [programId]);
    const present = requireTest(rows[0]).test_now ?? clock;
    if (now < present) throw refuseField("request_invalid", "/now", "Time moves forwards only", { now: present.toISOString() });
    await tx.query("update programs set test_now = $2 where program_id = $1", [programId, now]);
  });
}
