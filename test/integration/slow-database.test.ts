import pg from "pg";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import type { Config } from "../../src/config.ts";
import { createPool } from "../../src/db/pool.ts";
import { inProgram } from "../../src/db/transaction.ts";
import { cloneDatabase } from "../support/database.ts";
import { startTestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

/** A service whose pieces of talk with Postgres come late, and how often it has asked for a prepared statement by its name. */
async function startFarFromPostgres(config: Partial<Config> = {}) {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  const talk: string[] = [];
  const proxy = await startTcpProxy(database.url, () => ({
    toServer: (chunk) => {
      talk.push(chunk.toString("latin1"));
      return chunk;
    },
    toClient: (chunk) => chunk,
    keepsServer: () => false,
  }));
  onTestFinished(() => proxy.close());
  const loyalty = await startTestService({ database, config: { ...config, DATABASE_URL: proxy.url } });
  onTestFinished(() => loyalty.close());
  await loyalty.createProgram({ ...SHOP, autoEnroll: true });
  const asked = (statement: string) => talk.join("").split(`\0${statement}\0`).length - 1;
  return { loyalty, proxy, asked };
}

const whole = (id: string) => ({ id, occurredAt: "2026-02-20T00:00:00Z", lines: [{ line: 1, quantity: 1 }] });

test("returns of many orders at once ask together whose orders they are", async () => {
  const { loyalty, proxy, asked } = await startFarFromPostgres();
  const ids = Array.from({ length: 40 }, (_, n) => `O${n}`);
  const placed = ids.map((id) =>
    loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId: `of-${id}`, occurredAt: "2026-02-01T00:00:00Z" }) }),
  );
  await Promise.all(placed);
  proxy.delay(20);

  const returned = ids.map((id) => loyalty.expectStatus(201, "POST", `/v1/orders/${id}/returns`, { body: whole(`R-${id}`) }));
  const unknown = loyalty.expectStatus(404, "POST", "/v1/orders/nobody/returns", { body: whole("R-nobody") });
  await Promise.all([...returned, unknown]);

  expect((await unknown).body).toMatchObject({ code: "order_not_found" });
  // The first asks alone, as it finds nobody before it; the others wait for it.
  expect(asked("load_order_owners")).toBeGreaterThan(0);
  expect(asked("load_order_owners")).toBeLessThanOrEqual(3);
});

test("what would not be queued asks the database nothing", async () => {
  const { loyalty, asked } = await startFarFromPostgres({ WRITE_POOL_SIZE: 1, MAX_QUEUE: 1, MAX_BATCH: 1 });
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("O1") });
  const locker = new pg.Client({ connectionString: loyalty.database.url });
  await locker.connect();
  onTestFinished(() => locker.end());
  await locker.query("begin; lock table members in share row exclusive mode");
  const enrol = (id: string) => loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
  const flying = enrol("flying");
  await vi.waitFor(async () => expect(await loyalty.database.query("select 1 from pg_locks where not granted")).toHaveLength(1));
  const queued = enrol("queued");

  const refused = await loyalty.expectStatus(503, "POST", "/v1/orders/O1/returns", { body: whole("R1") });
  const askedWhileFull = asked("load_order_owners");
  await locker.query("rollback");
  await Promise.all([flying, queued]);

  expect(refused.body).toMatchObject({ code: "queue_full" });
  expect(askedWhileFull).toBe(0);
  await loyalty.expectStatus(201, "POST", "/v1/orders/O1/returns", { body: whole("R1") });
  expect(asked("load_order_owners")).toBe(1);
});

test("who may not enter a program is told so, not what failed after it", async () => {
  const database = await cloneDatabase();
  onTestFinished(() => database.drop());
  await database.query("create role nobody_in_particular login password 'secret'");
  onTestFinished(async () => void (await database.query("drop role nobody_in_particular")));
  const url = new URL(database.url);
  [url.username, url.password] = ["nobody_in_particular", "secret"];
  const limits = { statementTimeoutMs: 5_000, lockTimeoutMs: 5_000 };
  const pool = createPool({ url: url.href, name: "loyalty-nobody", max: 1, ...limits, log: pino({ level: "silent" }) });
  onTestFinished(() => pool.end());

  const reading = inProgram(pool, 1, (tx) => tx.query("select 1"));

  await expect(reading).rejects.toThrow('permission denied to set role "loyalty_service"');
  expect((await pool.query("select 1 as one")).rows).toEqual([{ one: 1 }]);
});
