import pg from "pg";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { createPool } from "../../src/db/pool.ts";
import { isDatabaseUnavailable } from "../../src/http/foreign-errors.ts";
import { cloneDatabase } from "../support/database.ts";
import { startTestService } from "../support/service.ts";
import { SHOP } from "../support/shop.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

test("a lost connection is logged with what happened, without what it was asked or how to cancel it", async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const lines: string[] = [];
  const log = pino({ level: "info" }, { write: (line: string) => void lines.push(line) });
  const pool = createPool({ url: database.url, name: "loyalty-lost", max: 1, statementTimeoutMs: 5_000, lockTimeoutMs: 5_000, log });
  onTestFinished(() => pool.end());
  await pool.query({ name: "asked_before", text: "select 1" });

  await database.query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'loyalty-lost'");
  await vi.waitFor(() => expect(pool.totalCount).toBe(0));

  const { time: _time, pid: _pid, hostname: _hostname, ...line } = JSON.parse(lines[0] ?? "{}");
  expect(lines).toHaveLength(1);
  expect(line).toEqual({
    level: 40,
    pool: "loyalty-lost",
    reason: "terminating connection due to administrator command",
    msg: "a database connection was lost",
  });
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("a line that is dead holds nobody for longer than twice the time of a statement, and the next is another one", async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const proxy = await startTcpProxy(database.url);
  onTestFinished(() => proxy.close());
  const limits = { statementTimeoutMs: 500, lockTimeoutMs: 500 };
  const pool = createPool({ url: proxy.url, name: "loyalty-dead", max: 1, ...limits, log: pino({ level: "silent" }) });
  onTestFinished(() => pool.end());
  await pool.query("select 1");

  proxy.hang();
  const error = await pool.query("select 1").catch((reason: unknown) => reason);
  proxy.clear();

  expect(error).toMatchObject({ message: "Query read timeout" });
  expect(isDatabaseUnavailable(error)).toBe(true);
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});

test("a read that the database does not answer in time is refused for a while", async () => {
  const loyalty = await startTestService({ config: { STATEMENT_TIMEOUT_MS: 300, LOCK_TIMEOUT_MS: 10_000 } });
  onTestFinished(() => loyalty.close());
  await loyalty.createProgram(SHOP);
  const locking = new pg.Client({ connectionString: loyalty.database.url });
  await locking.connect();
  await locking.query("begin; lock table members in access exclusive mode");

  const { body, headers } = await loyalty.expectStatus<{ code: string }>(503, "GET", "/v1/members");
  await locking.end();

  expect({ code: body.code, retryAfter: headers["retry-after"] }).toEqual({
    code: "overloaded",
    retryAfter: expect.stringMatching(/^\d+$/),
  });
  await loyalty.expectStatus(200, "GET", "/v1/members");
});
