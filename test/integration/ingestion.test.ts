import { setTimeout as sleep } from "node:timers/promises";
import { type JetStreamClient, jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import pg from "pg";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Ingestion, type IngestionMetrics, startIngestion } from "../../src/ingestion/ingestion.ts";
import { openNats } from "../../src/ingestion/nats.ts";
import { createProgramIds } from "../../src/programs/program-ids.ts";
import { hasNats, type NatsServer, startNats } from "../support/nats.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { runServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const LIMIT_MS = 30_000;
const log = pino({ level: "silent" });

type Refused = { stream: string; sequence: number; problem: { status: number; code: string; id?: string }; line: string };

describe.skipIf(!hasNats())("lines from a NATS JetStream", () => {
  let nats: NatsServer;
  let connection: NatsConnection;
  let publisher: JetStreamClient;
  let loyalty: TestService;
  let streams = 0;
  let stream: string;
  /** Undone in the opposite order after each test. */
  let closings: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    nats = await startNats();
    connection = await connect({ servers: nats.url, maxReconnectAttempts: -1, reconnectTimeWait: 50 });
    publisher = jetstream(connection);
    loyalty = await startTestService();
    await loyalty.createProgram(SHOP, { rules: [], tiers: SHOP.tiers.slice(0, 1) });
  });
  afterAll(async () => {
    await expectSoundLedger(loyalty);
    await loyalty.close();
    await connection.close();
    await nats.close();
  });
  beforeEach(() => {
    streams += 1;
    stream = `test-${streams}`;
  });
  afterEach(async () => {
    for (const close of closings.splice(0).reverse()) await close();
    closings = [];
  });

  /** A reader in this process, as `npm run ingest` is one. Its streams are there when it answers. */
  async function startReader(): Promise<{ answered: Record<string, number>; waiting(): number; close: Ingestion["close"] }> {
    const broker = await openNats({ url: nats.url, stream, ackWaitMs: 1_500 }, log);
    const answered: Record<string, number> = {};
    let waiting = Number.POSITIVE_INFINITY;
    const metrics: IngestionMetrics = {
      answered: (outcome) => {
        answered[outcome] = (answered[outcome] ?? 0) + 1;
      },
      waiting: (lines) => {
        waiting = lines;
      },
    };
    const pool = new pg.Pool({ connectionString: loyalty.database.url, max: 1 });
    pool.on("error", () => undefined);
    const { engine, readPool } = loyalty.inside;
    const ingestion = startIngestion({ broker, engine, findProgram: createProgramIds(readPool), pool, log, metrics });
    let isOpen = true;
    const close = async () => {
      if (!isOpen) return;
      isOpen = false;
      await ingestion.close();
      await pool.end();
      await broker.close();
    };
    closings.push(close);
    return { answered, waiting: () => waiting, close };
  }

  const publish = (lines: readonly (object | string | Uint8Array)[], program = "test-shop") =>
    Promise.all(
      lines.map((line) => {
        const data = typeof line === "string" || line instanceof Uint8Array ? line : JSON.stringify(line);
        return publisher.publish(`${stream}.lines.${program}`, data, { retries: 10 });
      }),
    );
  const order = (id: string, change: Parameters<typeof orderBody>[1] = {}) => ({ type: "order", ...orderBody(id, change) });

  async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
    const limit = performance.now() + LIMIT_MS;
    while (!(await isSo())) {
      if (performance.now() > limit) throw new Error("it has not come to be so");
      await sleep(20);
    }
  }
  const sumOf = (answered: Record<string, number>) => Object.values(answered).reduce((sum, count) => sum + count, 0);

  async function refusedLines(): Promise<Refused[]> {
    const manager = await jetstreamManager(connection);
    const { state } = await manager.streams.info(`${stream}-refused`);
    const found: Refused[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq += 1) {
      const message = await manager.streams.getMessage(`${stream}-refused`, { seq });
      if (message !== null) found.push(message.json<Refused>());
    }
    return found;
  }

  test("take effect, count once however often they come, and are kept with the reason where they are refused", async () => {
    const reader = await startReader();
    const memberId = "n-1";
    await publish([
      { type: "member", id: memberId },
      order("n-1-o", { memberId, unitPrice: 5_000 }),
      { type: "return", id: "n-1-r", orderId: "n-1-o", occurredAt: "2026-02-02T12:00:00Z", lines: [{ line: 1, quantity: 1 }] },
      order("n-1-o", { memberId, unitPrice: 5_000 }),
      order("n-1-o2", { memberId, unitPrice: 700 }),
      order("n-1-o2", { memberId, unitPrice: 800 }),
      "not json",
      new Uint8Array([0xff, 0xfe]),
      { type: "order", id: "n-1-o3" },
    ]);
    await publish([order("n-1-o4", { memberId })], "nobodys-program");
    await until(() => sumOf(reader.answered) === 10);

    expect(reader.answered).toEqual({ applied: 4, replayed: 1, refused: 5 });
    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 7, accruedTotal: 7 });
    const refused = await refusedLines();
    expect(refused.map(({ sequence, problem: { code, id } }) => [sequence, code, id]).sort()).toEqual([
      [10, "program_not_found", "n-1-o4"],
      [6, "id_reused", "n-1-o2"],
      [7, "malformed_json", undefined],
      [8, "malformed_json", undefined],
      [9, "request_invalid", "n-1-o3"],
    ]);
    expect(refused.find(({ sequence }) => sequence === 7)).toMatchObject({ stream, line: "not json", problem: { status: 400 } });
    await until(() => reader.waiting() === 0);
  });

  test("go on with the next reader when one stops, none lost and each member's in their order", async () => {
    const memberId = "n-2";
    const lines = Array.from({ length: 400 }, (_, n) => order(`n-2-${n}`, { memberId, unitPrice: 100 }));
    const first = await startReader();
    await publish(lines.slice(0, 300));
    await until(() => sumOf(first.answered) > 20);
    const second = await startReader();
    await first.close();
    await publish(lines.slice(300));
    await until(async () => (await pointsOf(loyalty, memberId)).available === lines.length);

    const taken = await loyalty.database.query<{ source_id: string }>(
      "select source_id from entries e join members m using (program_id, member_key) where m.id = 'n-2' order by e.seq",
    );
    expect(taken.map(({ source_id }) => source_id)).toEqual(lines.map(({ id }) => id));
    expect([first.answered.refused, second.answered.refused]).toEqual([undefined, undefined]);
    expect(sumOf(second.answered)).toBeGreaterThanOrEqual(100);
  });

  test("wait while the broker is away, and go on where they were", async () => {
    const reader = await startReader();
    await publish(Array.from({ length: 50 }, (_, n) => order(`n-3-${n}`, { memberId: `n-3-${n % 7}`, unitPrice: 100 })));
    await until(() => sumOf(reader.answered) > 0);
    await nats.kill();
    await sleep(300);
    await nats.restart();
    await publish(Array.from({ length: 50 }, (_, n) => order(`n-3-${50 + n}`, { memberId: `n-3-${n % 7}`, unitPrice: 100 })));
    const total = async () => {
      const balances = await Promise.all(Array.from({ length: 7 }, (_, n) => pointsOf(loyalty, `n-3-${n}`)));
      return balances.reduce((sum, { available }) => sum + available, 0);
    };
    await until(async () => (await total()) === 100);
    await until(() => reader.waiting() === 0);

    expect(await total()).toBe(100);
    expect(reader.answered.refused).toBeUndefined();
  });

  test("come again where the database was away, before later ones of their member", async () => {
    const reader = await startReader();
    const memberId = "n-4";
    const lines = Array.from({ length: 400 }, (_, n) =>
      order(`n-4-${n}`, { memberId: n % 2 === 0 ? memberId : `${memberId}-${n}`, unitPrice: 100 }),
    );
    await publish(lines);
    await until(() => sumOf(reader.answered) > 5);
    for (let n = 0; n < 5; n += 1) {
      await loyalty.database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'loyalty-write' and datname = current_database()",
      );
      await sleep(50);
    }
    await until(() => (reader.answered.applied ?? 0) + (reader.answered.replayed ?? 0) >= lines.length && reader.waiting() === 0);

    const taken = await loyalty.database.query<{ source_id: string }>(
      "select source_id from entries e join members m using (program_id, member_key) where m.id = 'n-4' order by e.seq",
    );
    expect(taken.map(({ source_id }) => source_id)).toEqual(Array.from({ length: 200 }, (_, n) => `n-4-${2 * n}`));
    expect(reader.answered.refused).toBeUndefined();
  });

  test("are all there once after the process that reads them was killed again and again", async () => {
    await loyalty.listen();
    const settings = {
      NATS_URL: nats.url,
      NATS_STREAM: stream,
      NATS_ACK_WAIT_SECONDS: "1",
      DATABASE_URL: loyalty.database.url,
      LOYALTY_ROOT_KEY: loyalty.rootKey,
    };
    const first = await startServiceProcess(settings, "ingest");
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
    const lines = Array.from({ length: 1_500 }, (_, n) => order(`n-5-${n}`, { memberId: `n-5-${n % 50}`, unitPrice: 100 }));
    await publish(lines);
    const recorded = async () =>
      (await loyalty.database.query<{ count: number }>("select count(*)::int as count from orders where order_id like 'n-5-%'"))[0]
        ?.count ?? 0;
    let reader = first;
    for (const part of [100, 700]) {
      await until(async () => (await recorded()) >= part);
      reader.signal("SIGKILL");
      await reader.ended;
      reader = await startServiceProcess(settings, "ingest");
    }
    await until(async () => (await recorded()) === lines.length);
    await until(async () => (await (await fetch(`${reader.url}/metrics`)).text()).includes("loyalty_ingestion_waiting_lines 0"));

    expect((await fetch(`${reader.url}/v1/members`)).status).toBe(404);
    reader.signal("SIGTERM");
    expect(await reader.ended).toBe(0);
    const points = await Promise.all(Array.from({ length: 50 }, async (_, n) => (await pointsOf(loyalty, `n-5-${n}`)).available));
    expect(points).toEqual(Array.from({ length: 50 }, () => 30));
  });

  test("of a batch that breaks off come again, since nobody says any more that they are worked on", async () => {
    const broker = await openNats({ url: nats.url, stream, ackWaitMs: 900 }, log);
    closings.push(() => broker.close());
    await publish([order("broken-1"), order("broken-2")]);

    const batch = broker.batch()[Symbol.asyncIterator]();
    const first = await batch.next();
    await batch.return?.();
    await broker.comeBack(AbortSignal.timeout(LIMIT_MS));
    const again: number[] = [];
    for await (const line of broker.batch()) {
      again.push(line.sequence);
      line.done();
    }

    expect(first.value?.sequence).toBe(1);
    expect(again).toEqual([1, 2]);
  });

  test("a broker that cannot be used is told of in one line", async () => {
    const away = openNats({ url: "nats://127.0.0.1:1", stream, ackWaitMs: 1_000 }, log);
    await expect(away).rejects.toMatchObject({ name: "BrokerError", message: expect.stringMatching(/^NATS_URL cannot be connected to: /) });
  });
});

test.each([
  [{}, "NATS_URL must be set: it says where the lines come from"],
  [{ NATS_URL: "nats://127.0.0.1:1" }, "DATABASE_URL must be set: lines are written to the Postgres of services"],
  [
    { NATS_URL: "nats://127.0.0.1:1", DATABASE_URL: "postgres://u@127.0.0.1:1/none" },
    "LOYALTY_ROOT_KEY must be set, the one of services: codes of coupons are made with it",
  ],
])("with %j no lines are read, and it says why in one line", async (settings, line) => {
  const { code, stderr } = await runServiceProcess(settings, "ingest");

  expect({ code, line: stderr.trimEnd() }).toEqual({ code: 1, line });
});
