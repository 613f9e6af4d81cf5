import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { createPool } from "../../src/db/pool.ts";
import { isDatabaseUnavailable } from "../../src/http/foreign-errors.ts";
import { cloneDatabase } from "../support/database.ts";
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
