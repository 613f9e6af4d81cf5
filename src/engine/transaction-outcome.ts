import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";

const ASKS_MAX = 20;
const FIRST_PAUSE_MS = 25;
const PAUSE_MAX_MS = 500;

/**
 * Whether a transaction took effect whose COMMIT got no answer. Postgres keeps the outcome of each transaction
 * (pg_xact_status), so nothing has to be stored for this question.
 * Errors: database_unavailable when Postgres cannot be asked twenty times over (about 8 seconds where it refuses at once, longer where
 *         connecting hangs): the caller may send the same id again.
 */
export async function isCommitted(pool: pg.Pool, transactionId: string): Promise<boolean> {
  let pause = FIRST_PAUSE_MS;
  let lastError: unknown;
  for (let ask = 0; ask < ASKS_MAX; ask += 1) {
    try {
      const { rows } = await pool.query<{ status: string | null }>("select pg_xact_status($1::xid8) as status", [transactionId]);
      const status = rows[0]?.status;
      if (status === "committed" || status === "aborted") return status === "committed";
    } catch (error) {
      lastError = error;
    }
    await sleep(pause);
    pause = Math.min(pause * 2, PAUSE_MAX_MS);
  }
  throw new LoyaltyError("database_unavailable", { reason: "the outcome of the commit is not known" }, [], lastError);
}
