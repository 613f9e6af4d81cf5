import type pg from "pg";
import { singleConnection } from "../single-connection.ts";
import { EmbeddedPostgresError } from "./errors.ts";
import { isAlive, waitUntil } from "./postmaster.ts";

const LOCK = 7_056_901;
const NAME = "loyalty-data-folder";
const DYING_LIMIT_MS = 10_000;

/**
 * Makes this process the only service on a data folder, by a lock in the folder's own Postgres: it ends with the connection, so a
 * killed service leaves none behind and no number of a process has to be trusted.
 * Errors: EmbeddedPostgresError that names the living service.
 */
export async function lockDataFolder(url: string, folder: string): Promise<{ release(): Promise<void> }> {
  const client = singleConnection({ connectionString: url, application_name: `${NAME} ${process.pid}`, keepAlive: true });
  await client.connect();
  let owner: number | undefined;
  const isFree = await waitUntil(async () => {
    const { rows } = await client.query<{ locked: boolean }>("select pg_try_advisory_lock($1) as locked", [LOCK]);
    if (rows[0]?.locked) return true;
    owner = await ownerOf(client);
    // A service that was killed a moment ago: Postgres is about to notice. This process: a second service in it.
    if (owner === undefined || !isAlive(owner)) return false;
    await client.end();
    throw new EmbeddedPostgresError(`${folder} is in use by another service (process ${owner}): stop it, or set another DATA_DIR`);
  }, DYING_LIMIT_MS);
  if (isFree) return { release: () => client.end() };
  await client.end();
  throw new EmbeddedPostgresError(`${folder} is still in use by a service that ended (process ${owner ?? "unknown"}): try again`);
}

async function ownerOf(client: pg.Client): Promise<number | undefined> {
  const { rows } = await client.query<{ name: string }>(
    `select a.application_name as name from pg_locks l join pg_stat_activity a using (pid)
      where l.locktype = 'advisory' and l.granted and l.objid = $1 and a.application_name like $2`,
    [LOCK, `${NAME} %`],
  );
  const pid = Number(rows[0]?.name.slice(NAME.length + 1));
  return Number.isInteger(pid) ? pid : undefined;
}
