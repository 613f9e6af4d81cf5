import type pg from "pg";

const JOBS = "loyalty jobs";

/**
 * Runs `work` while no other process runs the job of this name: a session's advisory lock, which a process that dies gives back.
 * Answers undefined, and does nothing, where another one runs it.
 */
export async function whileAlone<T>(pool: pg.Pool, job: string, work: () => Promise<T>): Promise<T | undefined> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    const { rows } = await client.query<{ taken: boolean }>("select pg_try_advisory_lock(hashtext($1), hashtext($2)) as taken", [
      JOBS,
      job,
    ]);
    if (!rows[0]?.taken) return undefined;
    try {
      return await work();
    } finally {
      // A connection that cannot give the lock back is closed, which gives it back too.
      await client.query("select pg_advisory_unlock(hashtext($1), hashtext($2))", [JOBS, job]).catch((error: Error) => {
        broken = error;
      });
    }
  } finally {
    client.release(broken);
  }
}
