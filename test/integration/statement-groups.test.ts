import type { Socket } from "node:net";
import type pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { createPool } from "../../src/db/pool.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await cloneDatabase();
  const log = pino({ level: "silent" });
  pool = createPool({ url: database.url, name: "loyalty-groups", max: 1, statementTimeoutMs: 5_000, lockTimeoutMs: 5_000, log });
  await pool.query("create table things (id int primary key, label text, made timestamptz)");
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query("truncate things");
});

const INSERT = { name: "insert", text: "insert into things select * from unnest($1::int[], $2::text[], $3::timestamptz[])" };
const insert = (...ids: number[]) => ({ ...INSERT, values: [ids, ids.map((id) => `thing "${id}"`), ids.map((id) => new Date(id))] });
const SELECT = { name: "select", text: "select id, label, made, id::bigint * 1000 as large from things order by id" };
const refused = (name: string) => ({ name, text: "select * from nowhere" });
const echo = (value: unknown) => ({ name: "echo", text: "select $1::text as value", values: [value] });

/** One connection for as long as `work` takes. */
async function connected<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    return await work(client);
  } finally {
    client.release();
  }
}
const outcomes = (client: pg.PoolClient, statements: pg.QueryConfig[]) =>
  Promise.allSettled(statements.map((statement) => client.query(statement)));
const reasons = (settled: PromiseSettledResult<unknown>[]) => settled.map((one) => (one.status === "rejected" ? one.reason : null));

describe("named statements of one turn", () => {
  test("are answered each with its own rows, also when their results were described before", async () => {
    for (const from of [1, 11]) {
      const [inserted, selected, echoed] = await connected((client) =>
        Promise.all([client.query(insert(from, from + 1)), client.query(SELECT), client.query(echo(null))]),
      );

      expect(inserted).toMatchObject({ command: "INSERT", rowCount: 2, rows: [] });
      expect(selected).toMatchObject({ command: "SELECT", rowCount: from === 1 ? 2 : 4 });
      expect(selected.rows.at(-2)).toEqual({ id: from, label: `thing "${from}"`, made: new Date(from), large: from * 1000 });
      expect(echoed.rows).toEqual([{ value: null }]);
    }
  });

  test("go out with one write, and so does a commit behind them", async () => {
    await connected(async (client) => {
      const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
      const [one, several] = [vi.spyOn(stream, "_write"), vi.spyOn(stream, "_writev" as never)];
      await Promise.all([client.query(insert(1)), client.query(SELECT), client.query(echo("x")), client.query("commit")]);

      expect([one, several].map(({ mock }) => mock.calls.length)).toEqual([0, 1]);
      await client.query("select 1");
      expect([one, several].map(({ mock }) => mock.calls.length)).toEqual([1, 1]);
      vi.restoreAllMocks();
    });
  });

  test("all fail where Postgres refuses one, and nothing of them is kept", async () => {
    const settled = await connected((client) => outcomes(client, [insert(1), refused("first"), insert(2), echo("x")]));

    expect(reasons(settled).map((reason) => reason.code)).toEqual(["42P01", "42P01", "42P01", "42P01"]);
    expect((await pool.query(SELECT)).rows).toEqual([]);
  });

  test("that failed or were not run are asked again as if for the first time", async () => {
    await connected((client) => outcomes(client, [refused("again"), { name: "behind", text: "select 7 as n" }]));
    await pool.query("create table nowhere (n int)");
    try {
      const [again, behind] = await connected((client) =>
        Promise.all([client.query(refused("again")), client.query({ name: "behind", text: "select 7 as n" })]),
      );

      expect([again.rows, behind.rows]).toEqual([[], [{ n: 7 }]]);
    } finally {
      await pool.query("drop table nowhere");
    }
  });

  test("that fail while they run are known by their names afterwards", async () => {
    const taken = insert(1, 1);
    for (let i = 0; i < 2; i += 1) {
      const [reason] = reasons(await connected((client) => outcomes(client, [taken])));
      expect(reason).toMatchObject({ code: "23505" });
    }
    expect((await pool.query(insert(1))).rowCount).toBe(1);
  });

  test("with a value that nobody can write fail, those behind them too, and the connection goes on", async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;

    const settled = await connected((client) => outcomes(client, [echo("a"), echo(circular), echo("b")]));

    const [first, ...failed] = reasons(settled);
    expect(first).toBeNull();
    for (const reason of failed) expect(String(reason)).toContain("circular");
    expect((await pool.query(echo("c"))).rows).toEqual([{ value: "c" }]);
  });

  test("one whose answer cannot be read fails alone", async () => {
    const large = { name: "large", text: "select 9007199254740993 as n" };

    const settled = await connected((client) => outcomes(client, [echo("a"), large, { name: "new", text: "select 1 as n" }]));

    const [first, failed, last] = reasons(settled);
    expect([first, last]).toEqual([null, null]);
    expect(String(failed)).toContain("not a safe integer");
    expect((await pool.query({ name: "new", text: "select 1 as n" })).rows).toEqual([{ n: 1 }]);
  });

  test("are refused where a name stands for two statements", async () => {
    await pool.query({ name: "one", text: "select 1" });

    const [reason] = reasons(await connected((client) => outcomes(client, [{ name: "one", text: "select 2" }])));

    expect(reason).toMatchObject({ message: "the name 'one' stands for another statement" });
  });

  test("keep their place among statements that are sent alone", async () => {
    await connected((client) =>
      Promise.all([client.query("begin"), client.query(insert(1)), client.query("rollback"), client.query(insert(2))]),
    );

    expect((await pool.query(SELECT)).rows.map(({ id }) => id)).toEqual([2]);
  });

  test("all fail when their connection ends", async () => {
    const end = { name: "end", text: "select pg_terminate_backend(pg_backend_pid())" };

    const settled = await connected((client) => outcomes(client, [echo("a"), end, echo("b")]));

    expect(settled.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await vi.waitFor(async () => expect((await pool.query(echo("d"))).rows).toEqual([{ value: "d" }]));
  });
});
