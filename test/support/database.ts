import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { inject } from "vitest";

export const TEMPLATE = "loyalty_template";

/** The same server, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

export type TestDatabase = {
  /** As the owner of the tables and superuser; the service steps down to its serving role by itself. */
  url: string;
  name: string;
  /** One statement as superuser, past row-level security: for looking at what a test left. */
  query<Row extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<Row[]>;
  drop(): Promise<void>;
};

const LEAVING_LOOKS = 50;
const LEAVING_LOOK_MS = 10;

/**
 * Whoever has ended a pool may still have its connections for a moment, and nobody listens to them any more: cut off then, one ends the
 * tests with an error. Who stays longer, as a test may want, is cut off all the same.
 */
async function untilLeft(admin: pg.Client, database: string): Promise<void> {
  const connected = "select from pg_stat_activity where datname = $1 and backend_type = 'client backend'";
  for (let look = 0; look < LEAVING_LOOKS; look += 1) {
    if ((await admin.query(connected, [database])).rowCount === 0) return;
    await sleep(LEAVING_LOOK_MS);
  }
}

/** A migrated database of the caller's own (50–150 ms). `empty` leaves out the migrations. */
export async function cloneDatabase({ empty = false }: { empty?: boolean } = {}): Promise<TestDatabase> {
  const server = inject("postgresUrl");
  const name = `test_${process.pid}_${randomBytes(4).toString("hex")}`;
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  await admin.query(
    empty
      ? `create database ${name} template template0`
      : `create database ${name} template ${TEMPLATE} strategy ${inject("cloneStrategy")}`,
  );
  const url = databaseUrl(server, name);
  const pool = new pg.Pool({ connectionString: url, max: 2, types: pg.types });
  pool.on("error", () => undefined); // its database may be dropped under it
  return {
    url,
    name,
    query: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => (await pool.query<Row>(text, values)).rows,
    drop: async () => {
      await pool.end();
      await untilLeft(admin, name);
      await admin.query(`drop database if exists ${name} with (force)`);
      await admin.end();
    },
  };
}
