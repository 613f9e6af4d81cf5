import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type pg from "pg";
import { singleConnection } from "./single-connection.ts";

const FOLDER = fileURLToPath(new URL("../../migrations/", import.meta.url));
const LOCK = 7_056_902;
const LOCK_TIMEOUT_MS = 120_000;
const ASK_EVERY_MS = 50;

export type MigrationOptions = {
  /** Called for each file that was applied. */
  log?: ((line: string) => void) | undefined;
  /** Other files than the project's, for tests. */
  folder?: string | undefined;
};

type Migration = { name: string; sql: string; checksum: string };

/** The database and the files contradict each other. The message is one line for the operator. */
export class MigrationError extends Error {
  override readonly name = "MigrationError";
}

/**
 * Brings a database to the state of `migrations/*.sql`: the files in order of their names, each in a transaction of its own, one
 * process at a time (the others wait for it and then find nothing to do).
 * Errors: MigrationError when an applied file was changed since, when the database is newer than this program, when a file fails.
 */
export async function migrate(url: string, { log, folder = FOLDER }: MigrationOptions = {}): Promise<{ applied: string[] }> {
  const migrations = await readMigrations(folder);
  return connected(url, (guard) =>
    whileNobodyElse(guard, () =>
      connected(url, async (client) => {
        const pending = await pendingMigrations(client, migrations);
        for (const migration of pending) {
          await apply(client, migration);
          log?.(`applied ${migration.name}`);
        }
        return { applied: pending.map(({ name }) => name) };
      }),
    ),
  );
}

async function connected<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = singleConnection({ connectionString: url, application_name: "loyalty-migrate", connectionTimeoutMillis: 10_000 });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/**
 * Runs `work` under a lock that a transaction of its own holds, as a session's would stay with whichever connection a pgbouncer has lent for
 * that statement. Who waits asks again and again, and keeps no connection from the one that works.
 */
async function whileNobodyElse<T>(guard: pg.Client, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + LOCK_TIMEOUT_MS;
  while (!(await tryLock(guard))) {
    if (performance.now() > until) throw new MigrationError(`another process has been migrating for ${LOCK_TIMEOUT_MS / 1_000} s`);
    await sleep(ASK_EVERY_MS);
  }
  try {
    return await work();
  } finally {
    await guard.query("rollback");
  }
}

async function tryLock(guard: pg.Client): Promise<boolean> {
  await guard.query("begin");
  const { rows } = await guard.query<{ taken: boolean }>(
    "select set_config('idle_in_transaction_session_timeout', '0', true), pg_try_advisory_xact_lock($1) as taken",
    [LOCK],
  );
  if (rows[0]?.taken) return true;
  await guard.query("rollback");
  return false;
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      // A checkout on Windows may have changed the line ends; that changes nothing.
      const sql = (await readFile(join(folder, name), "utf8")).replaceAll("\r\n", "\n");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    }),
  );
}

async function pendingMigrations(client: pg.Client, migrations: readonly Migration[]): Promise<Migration[]> {
  await client.query(`create table if not exists schema_migrations (
    name       text        not null,
    checksum   text        not null,
    applied_at timestamptz not null default now(),
    constraint schema_migrations_pkey primary key (name)
  )`);
  const { rows } = await client.query<{ name: string; checksum: string }>("select name, checksum from schema_migrations order by name");
  const files = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, checksum } of rows) {
    const file = files.get(name);
    if (file === undefined)
      throw new MigrationError(`the database has the migration ${name}, which this program does not know: it is newer`);
    if (file.checksum !== checksum) throw new MigrationError(`the migration ${name} was changed after it was applied`);
  }
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query("begin");
  try {
    await client.query(`set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
    await client.query(sql);
    await client.query("insert into schema_migrations (name, checksum) values ($1, $2)", [name, checksum]);
    await client.query("commit");
  } catch (error) {
    await client.query("rollback");
    throw new MigrationError(`the migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}
