import { copyFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import pg from "pg";
import { migrate } from "../../src/db/migrations.ts";

const MIGRATIONS = fileURLToPath(new URL("../../migrations/", import.meta.url));

/** A database as a release left it: the files that made its tables, each table's rows and where its sequences stand. */
export type ReleaseDatabase = {
  /** What its clock showed last; RFC 3339. */
  at: string;
  migrations: string[];
  tables: Record<string, unknown[]>;
  sequences: Record<string, number>;
};

/** Reads all of a database into plain values. As superuser, past row-level security. */
export async function readReleaseDatabase(client: pg.ClientBase, at: Date): Promise<ReleaseDatabase> {
  const names = await client.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' and tablename <> 'schema_migrations' order by 1",
  );
  const tables: Record<string, unknown[]> = {};
  for (const { name } of names.rows) {
    const { rows } = await client.query<{ rows: unknown[] | null }>(`select json_agg(t order by t::text) as rows from ${name} t`);
    const kept = rows[0]?.rows ?? [];
    if (kept.length > 0) tables[name] = kept;
  }
  const applied = await client.query<{ name: string }>("select name from schema_migrations order by name");
  const sequences = await client.query<{ name: string; last: string }>(
    "select sequencename as name, last_value as last from pg_sequences where schemaname = 'public' and last_value is not null order by 1",
  );
  return {
    at: at.toISOString(),
    migrations: applied.rows.map(({ name }) => name),
    tables,
    sequences: Object.fromEntries(sequences.rows.map(({ name, last }) => [name, Number(last)])),
  };
}

/**
 * Makes an empty database what a release left: by its own migrations, as they stand in the folder, and its rows. `url` is a superuser's,
 * `ownerUrl` that of who runs the migrations.
 */
export async function restoreReleaseDatabase(url: string, release: ReleaseDatabase, ownerUrl = url): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "loyalty-release-"));
  const client = new pg.Client({ connectionString: url });
  try {
    for (const name of release.migrations) await copyFile(join(MIGRATIONS, name), join(folder, name));
    await migrate(ownerUrl, { folder });
    await client.connect();
    // Rows come as they were: no trigger has a say, and no table waits for another one.
    await client.query("set session_replication_role = replica");
    for (const [name, rows] of Object.entries(release.tables)) {
      await client.query(`insert into ${name} select * from json_populate_recordset(null::${name}, $1)`, [JSON.stringify(rows)]);
    }
    for (const [name, last] of Object.entries(release.sequences)) await client.query("select setval($1, $2)", [name, last]);
  } finally {
    await client.end();
    await rm(folder, { recursive: true, force: true });
  }
}

export const readRelease = async (file: URL): Promise<ReleaseDatabase> =>
  JSON.parse(gunzipSync(await readFile(file)).toString()) as ReleaseDatabase;
