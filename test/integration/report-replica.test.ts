import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../src/db/embedded/embedded-postgres.ts";
import { freePort } from "../support/free-port.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { makeStandby, type Standby } from "../support/standby.ts";

const NOW = "2026-03-01T12:00:00Z";

let folder: string;
let primary: EmbeddedPostgres;
let standby: Standby;
let loyalty: TestService;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "loyalty-replica-"));
  await chmod(folder, 0o711);
  const dataDir = join(folder, "primary");
  primary = await startEmbeddedPostgres({ dataDir, durable: false });
  standby = await makeStandby({ dataDir, url: primary.url, to: join(folder, "standby"), port: await freePort() });
  const pool = new pg.Pool({ connectionString: primary.url, max: 2 });
  const database = {
    url: primary.url,
    name: "postgres",
    query: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) => (await pool.query<Row>(text, values)).rows,
    drop: () => pool.end(),
  };
  // It is away as the service starts.
  loyalty = await startTestService({ now: NOW, database, config: { REPORT_DATABASE_URL: standby.url } });
  await loyalty.createProgram(SHOP);
}, 120_000);
beforeEach(() => standby.start());
afterAll(async () => {
  await loyalty.close();
  await loyalty.database.drop();
  await standby.stop();
  await primary.stop();
  await rm(folder, { recursive: true, force: true });
});

const place = (id: string) => loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { occurredAt: NOW }) });

async function onStandby(text: string): Promise<void> {
  const client = new pg.Client({ connectionString: standby.url });
  await client.connect();
  await client.query(text);
  await client.end();
}

/** A statement's movements and as of when it is; undefined while the standby has not heard of the member. */
async function statement() {
  const { status, body, headers } = await loyalty.request<{ movements: unknown[] }>("GET", "/v1/members/M1/statements/2026-03");
  return { status, movements: status === 200 ? body.movements.length : undefined, asOf: new Date(headers["loyalty-as-of"] ?? Number.NaN) };
}

async function untilReported(movements: number) {
  for (;;) {
    const report = await statement();
    if (report.movements === movements) return report;
    await sleep(50);
  }
}

test("reports come from the replica and say as of when; balances and all that decides come from the primary", async () => {
  await place("O1");
  await untilReported(1);
  await onStandby("select pg_wal_replay_pause()");
  await onStandby("do $$ begin while pg_get_wal_replay_pause_state() <> 'paused' loop perform pg_sleep(0.02); end loop; end $$");
  const pausedAt = Date.now();
  const first = await statement();
  await place("O2");

  const late = await statement();
  const [balance, entries] = [
    await pointsOf(loyalty, "M1"),
    await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/M1/entries"),
  ];

  expect(first.asOf.getTime()).toBeLessThanOrEqual(pausedAt);
  expect(late).toEqual({ status: 200, movements: 1, asOf: first.asOf });
  expect(balance).toMatchObject({ available: 20 });
  expect(entries.body.data).toHaveLength(2);
  expect(entries.headers).not.toHaveProperty("loyalty-as-of");
  await onStandby("select pg_wal_replay_resume()");
  expect((await untilReported(2)).asOf.getTime()).toBeGreaterThan(late.asOf.getTime());
  for (const path of ["/v1/audit", "/v1/campaigns", "/v1/campaigns/big-order", "/v1/expiring-points"]) {
    expect((await loyalty.expectStatus(200, "GET", path)).headers, path).toHaveProperty("loyalty-as-of");
  }
  await standby.stop();
});

test("while the replica is away reports are 503, everything else works and the service stays ready; then reports are there again", async () => {
  await untilReported(2);
  await standby.stop();

  const away = await loyalty.expectStatus<{ code: string }>(503, "GET", "/v1/members/M1/statements/2026-03");
  const ready = await loyalty.expectStatus<{ status: string; checks: object }>(200, "GET", "/health/ready");
  await place("O3");

  expect(away.body.code).toBe("database_unavailable");
  expect(away.headers).toHaveProperty("retry-after");
  expect(ready.body).toEqual({ status: "degraded", checks: { database: "ok", report_database: "failing" } });
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 30 });
  await standby.start();
  expect((await untilReported(3)).status).toBe(200);
});
