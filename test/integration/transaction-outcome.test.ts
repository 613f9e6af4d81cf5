import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { SERVER_LIFE } from "../../src/db/server-life.ts";
import { isCommitted, type Transaction } from "../../src/engine/transaction-outcome.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let pool: pg.Pool;
beforeAll(async () => {
  database = await cloneDatabase();
  pool = new pg.Pool({ connectionString: database.url, max: 1 });
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

async function ended(how: "commit" | "rollback"): Promise<Transaction> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const { rows } = await client.query<Transaction>(`select pg_current_xact_id()::text as id, ${SERVER_LIFE} as "serverLife"`);
    await client.query(how);
    const [transaction] = rows;
    if (transaction === undefined) throw new Error("the transaction has no id");
    return transaction;
  } finally {
    client.release();
  }
}

test("the outcome of a commit is what Postgres says of it", async () => {
  expect(await isCommitted(pool, await ended("commit"))).toBe(true);
  expect(await isCommitted(pool, await ended("rollback"))).toBe(false);
});

test("after a crash a committed id may be another transaction's: the outcome is unknown, an aborted one is not", async () => {
  const serverLife = "2026-01-01 00:00:00+00"; // of the server before it crashed

  await expect(isCommitted(pool, { ...(await ended("commit")), serverLife })).rejects.toMatchObject({ code: "database_unavailable" });
  expect(await isCommitted(pool, { ...(await ended("rollback")), serverLife })).toBe(false);
});
