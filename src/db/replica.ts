import type pg from "pg";

/**
 * A moment up to which a read that begins now sees everything: the newest commit that the standby has replayed. Where nothing is written it
 * stands still, though nothing is missing. Null for a standby that has replayed no commit since it started.
 */
export async function readAsOf(pool: pg.Pool): Promise<Date | null> {
  const { rows } = await pool.query<{ as_of: Date | null }>({
    name: "as_of",
    text: "select case when pg_is_in_recovery() then pg_last_xact_replay_timestamp() else now() end as as_of",
  });
  return rows[0]?.as_of ?? null;
}
