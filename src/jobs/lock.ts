import type pg from "pg";

const JOBS = "loyalty jobs";

/**
 * Runs `work` while no other process runs the job of this name: an advisory lock of a transaction that does nothing else, which a process
 * that dies gives back. A session's lock would stay with whichever connection a pgbouncer has lent for that statement. Such a transaction
 * sees no snapshot, so it keeps nothing from being vacuumed, however long it stands.
 * Answers undefined, and does nothing, where another one runs it. `work` is told when the lock is lost with its connection.
 */
export async function whileAlone<T>(pool: pg.Pool, job: string, work: (lost: AbortSignal) => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const connection = new AbortController();
  const onEnd = () => connection.abort();
  client.once("end", onEnd);
  try {
    await client.query("begin");
    const { rows } = await client.query<{ taken: boolean }>(
      "select set_config('idle_in_transaction_session_timeout', '0', true), pg_try_advisory_xact_lock(hashtext($1), hashtext($2)) as taken",
      [JOBS, job],
    );
    return rows[0]?.taken ? await work(connection.signal) : undefined;
  } finally {
    client.off("end", onEnd);
    // A connection that cannot give the lock back is closed, which gives it back too.
    await client.query("rollback").catch((error: Error) => {
      broken = error;
    });
    client.release(broken);
  }
}
