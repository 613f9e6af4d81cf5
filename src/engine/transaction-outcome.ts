import { setTimeout as sleep } from "node:timers/promises";
import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { SERVER_LIFE } from "../db/server-life.ts";

const ASKS_MAX = 20;
const FIRST_PAUSE_MS = 25;
const PAUSE_MAX_MS = 500;

/** `id` is its pg_current_xact_id(), `serverLife` what SERVER_LIFE was in it. */
export type Transaction = { id: string; serverLife: string };

/**
 * Whether a transaction took effect whose COMMIT got no answer. Postgres keeps the outcome of each transaction
 * (pg_xact_status), so nothing has to be stored for this question. A server that crashed gives the ids of transactions that it had
 * not written yet to others: after a crash `committed` may be said of another one.
 * Errors: database_unavailable when Postgres cannot be asked twenty times over (about 8 seconds where it refuses at once, longer where
 *         connecting hangs), or has crashed since: the caller may send the same id again.
 */
export async function isCommitted(pool: pg.Pool, { id, serverLife }: Transaction): Promise<boolean> {
  let pause = FIRST_PAUSE_MS;
  let lastError: unknown;
  for (let ask = 0; ask < ASKS_MAX; ask += 1) {
    try {
      const { rows } = await pool.query<{ status: string | null; life: string }>(
        `select pg_xact_status($1::xid8) as status, ${SERVER_LIFE} as life`,
        [id],
      );
      const [row] = rows;
      if (row?.status === "aborted") return false;
      if (row?.status === "committed" && row.life === serverLife) return true;
      if (row?.status === "committed") break;
    } catch (error) {
      lastError = error;
    }
    await sleep(pause);
    pause = Math.min(pause * 2, PAUSE_MAX_MS);
  }
  throw new LoyaltyError("database_unavailable", { reason: "the outcome of the commit is not known" }, [], lastError);
}
