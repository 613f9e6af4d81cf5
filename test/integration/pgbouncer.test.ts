import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/db/open-database.ts";
import { createPool } from "../../src/db/pool.ts";
import { inProgram, NO_PROGRAM } from "../../src/db/transaction.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { type Pgbouncer, pgbouncerVersion, startPgbouncer } from "../support/pgbouncer.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const NOW = "2026-03-01T12:00:00Z";
const log = pino({ level: "silent" });

describe.skipIf(pgbouncerVersion() === undefined)("behind a pgbouncer in transaction mode", () => {
  let database: TestDatabase;
  let bouncer: Pgbouncer;
  let services: TestService[];
  let loyalty: TestService;

  /** Two processes with eleven connections each share five to Postgres, so that no statement can count on what one before has left. */
  beforeAll(async () => {
    database = await cloneDatabase({ empty: true });
    bouncer = await startPgbouncer(inject("postgresUrl"), { serverConnections: 5 });
    const options = { now: NOW, database, config: { DATABASE_URL: bouncer.url(database.name), BALANCE_CACHE_SIZE: 0 } };
    services = await Promise.all([startTestService(options), startTestService(options)]);
    [loyalty] = services as [TestService, TestService];
    const { key } = await loyalty.createProgram(SHOP, {
      wallets: [{ id: "points", expiry: "P30D" }],
      tiers: SHOP.tiers.slice(0, 1),
      rules: [],
    });
    for (const service of services) service.use(key);
  });
  afterAll(async () => {
    for (const service of services) await service.close();
    await bouncer.close();
    await database.drop();
  });

  const at = (n: number) => services[n % 2] as TestService;

  test("two services that start at once have migrated the empty database, each migration once", async () => {
    const [applied] = await database.query<{ migrations: number; names: number }>(
      "select count(*)::int as migrations, count(distinct name)::int as names from schema_migrations",
    );

    expect(applied?.migrations).toBeGreaterThan(30);
    expect(applied?.names).toBe(applied?.migrations);
  });

  test("orders, returns, quotes, redemptions and reads give what they give without one", async () => {
    const place = (n: number) =>
      at(n).expectStatus(n < 80 ? 201 : 200, "POST", "/v1/orders", {
        body: orderBody(`O${n % 80}`, { memberId: `M${n % 4}`, occurredAt: NOW }),
      });
    await Promise.all(Array.from({ length: 80 }, (_, n) => place(n)));
    await Promise.all(Array.from({ length: 80 }, (_, n) => place(80 + n)));
    const lines = { occurredAt: NOW, lines: [{ line: 1, quantity: 1 }] };
    await Promise.all(
      [0, 1, 2, 3].map((n) => at(n).expectStatus(201, "POST", `/v1/orders/O${n}/returns`, { body: { id: `R${n}`, ...lines } })),
    );
    const { id: _id, ...cart } = orderBody("Q1", { memberId: "M0", occurredAt: NOW });
    const quotes = await Promise.all(
      Array.from({ length: 20 }, (_, n) => at(n).expectStatus<{ points: unknown }>(200, "POST", "/v1/quotes", { body: cart })),
    );

    for (const n of [0, 1, 2, 3])
      for (const service of services) expect(await pointsOf(service, `M${n}`)).toMatchObject({ available: 190 });
    expect(new Set(quotes.map(({ body }) => JSON.stringify(body.points))).size).toBe(1);
    const entries = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/M0/entries?limit=100");
    expect(entries.body.data).toHaveLength(21);
    const data = await loyalty.expectStatus<{ text: string }>(200, "GET", "/v1/members/M0/data");
    expect(data.body.text.match(/^\{"record":"order"/gm)).toHaveLength(20);
    await expectSoundLedger(loyalty);
  });

  test("a job runs in one process at a time, and no lock is left behind", async () => {
    for (const service of services) service.clock.set("2026-04-15T12:00:00Z");

    const done = await Promise.all(services.map((service) => service.runJobs()));

    expect(done.reduce((sum, jobs) => sum + (jobs["due-points"] ?? 0), 0)).toBeGreaterThan(0);
    for (let round = 0; round < 3; round += 1) {
      for (const service of services) expect(Object.keys(await service.runJobs())).toContain("due-points");
    }
    expect(
      await database.query(
        "select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())",
      ),
    ).toEqual([]);
    expect(await pointsOf(loyalty, "M0")).toMatchObject({ available: 0 });
    await loyalty.numberEvents();
    await expectSoundLedger(loyalty);
  });

  test("statements and waiting for locks end as the settings say, though pgbouncer does not pass them on", async () => {
    const config = { ...readConfig({}), STATEMENT_TIMEOUT_MS: 1_000, LOCK_TIMEOUT_MS: 300 };
    const through = await openDatabase({ ...config, DATABASE_URL: bouncer.url(database.name) }, () => undefined);
    const direct = await openDatabase({ ...config, DATABASE_URL: database.url }, () => undefined);
    const limits = { statementTimeoutMs: config.STATEMENT_TIMEOUT_MS, lockTimeoutMs: config.LOCK_TIMEOUT_MS };
    const pool = createPool({ url: through.url, name: "loyalty-limited", max: 1, ...limits, losesLimits: through.losesLimits, log });
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    onTestFinished(async () => {
      await locker.end();
      await pool.end();
    });
    await locker.query("begin; lock table members in access exclusive mode");
    const idle = "select current_setting('idle_in_transaction_session_timeout') as idle";

    expect([through.losesLimits, direct.losesLimits]).toEqual([true, false]);
    await expect(inProgram(pool, NO_PROGRAM, (tx) => tx.query("select pg_sleep(20)"))).rejects.toThrow("statement timeout");
    await expect(inProgram(pool, NO_PROGRAM, (tx) => tx.query("select count(*) from members"))).rejects.toThrow("lock timeout");
    expect((await inProgram(pool, NO_PROGRAM, (tx) => tx.query(idle))).rows).toEqual([{ idle: "30s" }]);
  });

  test("one that lets no limits pass is told of in one line", async () => {
    const strict = await startPgbouncer(inject("postgresUrl"), { serverConnections: 2, ignored: "extra_float_digits" });
    onTestFinished(() => strict.close());
    const opening = openDatabase({ ...readConfig({}), DATABASE_URL: strict.url(database.name) }, () => undefined);

    await expect(opening).rejects.toThrow(
      "the database of DATABASE_URL cannot be reached: unsupported startup parameter: statement_timeout",
    );
  });

  test("a connection to Postgres that breaks is replaced, and every order takes effect once", async () => {
    const placing = Array.from({ length: 60 }, (_, n) =>
      at(n).expectStatus(201, "POST", "/v1/orders", { body: orderBody(`K${n}`, { memberId: "kate", occurredAt: NOW }) }),
    );
    await sleep(20);
    await database.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'loyalty-write'",
    );
    await Promise.all(placing);

    const [kept] = await database.query<{ orders: number }>("select count(*)::int as orders from orders where order_id like 'K%'");
    expect(kept).toEqual({ orders: 60 });
    await expectSoundLedger(loyalty);
  });
});
