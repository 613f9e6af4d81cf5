import { once } from "node:events";
import { connect } from "node:net";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { FastifyInstance } from "fastify";
import pg from "pg";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
import { buildApp } from "../../src/app.ts";
import type { ErrorCode } from "../../src/core/errors.ts";
import { generateOpenApi } from "../../src/describe-api.ts";
import { FeedSignal } from "../../src/events/feed-signal.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { createProgramTime } from "../../src/programs/program-time.ts";
import { createProgramRegistry } from "../../src/programs/registry.ts";
import { createSecretBox } from "../../src/webhooks/secrets.ts";
import { apiClient } from "../support/api-client.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type ApiDocument, type ApiOperation, callOf, operationsOf } from "./api-document.ts";

const operations = operationsOf((await generateOpenApi()) as ApiDocument);
const documenting = (code: ErrorCode): ApiOperation[] => operations.filter(({ codes }) => codes.includes(code));

const ROOT_KEY = "a-root-key-of-these-tests";

/** An application over this pool; without one that works, no request comes as far as the rest of it. */
function appOver(pool: pg.Pool): Promise<FastifyInstance> {
  const unreached = {} as never;
  return buildApp({
    rootKey: ROOT_KEY,
    trustProxy: false,
    requestTimeoutMs: 30_000,
    log: pino({ level: "silent" }),
    pool,
    engine: unreached,
    quotes: unreached,
    registry: createProgramRegistry(pool, () => new Date()),
    balances: unreached,
    importWindow: 1,
    clock: () => new Date(),
    serviceClock: () => new Date(),
    time: createProgramTime(pool, () => new Date()),
    jobs: unreached,
    feedSignal: new FeedSignal(),
    webhooks: {
      secrets: createSecretBox(ROOT_KEY),
      sendMessage: unreached,
      allowPrivate: false,
    },
    keyCounts: unreached,
    metrics: createMetrics(),
    readiness: [{ name: "database", check: async () => void (await pool.query("select 1")) }],
    checkAnswers: true,
  });
}

function askAsRoot(app: FastifyInstance, operation: ApiOperation) {
  const { method, path, request } = callOf(operation);
  return apiClient(app, ROOT_KEY).request(method, path, { ...request, headers: { ...request.headers, "loyalty-program": "retail-gbp" } });
}

describe("a database that cannot be reached", () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    app = await appOver(new pg.Pool({ host: "127.0.0.1", port: 1 }));
  });
  afterAll(() => app.close());

  test.each(documenting("database_unavailable"))("$id says so, and when to try again", async (operation) => {
    const answer = await askAsRoot(app, operation);

    expect(answer).toMatchObject({ status: 503, body: { code: "database_unavailable" }, headers: { "retry-after": "1" } });
  });

  test("is named where readiness is asked, and the process is alive", async () => {
    const ready = await apiClient(app, ROOT_KEY).request("GET", "/health/ready");
    const live = await apiClient(app, ROOT_KEY).request("GET", "/health/live");

    expect(ready).toMatchObject({ status: 503, body: { status: "not_ready", checks: { database: "failing" } } });
    expect(live.status).toBe(200);
  });
});

describe("a defect", () => {
  let app: FastifyInstance;
  beforeAll(async () => {
    const pool = new pg.Pool({ host: "127.0.0.1", port: 1 });
    pool.connect = () => Promise.reject(new TypeError("a secret of the inside"));
    app = await appOver(pool);
  });
  afterAll(() => app.close());

  test.each(documenting("internal"))("of $id is answered without its text", async (operation) => {
    const answer = await askAsRoot(app, operation);

    expect(answer).toMatchObject({ status: 500, body: { code: "internal" } });
    expect(JSON.stringify(answer.body)).not.toContain("secret");
  });
});

/** Nothing else gets a turn for so long. */
async function stall(milliseconds: number): Promise<void> {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  await nextTurn();
}

test("a service that was late once, as while it starts, refuses nobody for it", async () => {
  const app = await appOver(new pg.Pool({ host: "127.0.0.1", port: 1 }));
  onTestFinished(() => app.close());
  while (!app.isUnderPressure()) await stall(1_200);

  const [operation] = documenting("overloaded");
  const answer = operation && (await askAsRoot(app, operation));

  expect(answer).toMatchObject({ body: { code: "database_unavailable" } });
});

test("a service that cannot keep up refuses every operation, and still says that it is alive", async () => {
  const app = await appOver(new pg.Pool({ host: "127.0.0.1", port: 1 }));
  for (let turn = 0; turn < 3; turn += 1) await stall(1_200);

  const answers = await Promise.all(
    documenting("overloaded").map(async (operation) => ({ id: operation.id, ...(await askAsRoot(app, operation)) })),
  );
  const live = await apiClient(app, ROOT_KEY).request("GET", "/health/live");
  await app.close();

  for (const answer of answers) {
    expect(answer, answer.id).toMatchObject({ status: 503, body: { code: "overloaded" }, headers: { "retry-after": "1" } });
  }
  expect(live.status).toBe(200);
});

test("a service that stops refuses what comes, and answers what it has begun", async () => {
  const loyalty = await startTestService();
  const port = Number(new URL(await loyalty.listen()).port);
  /** Sends the head of a request but for its end, and gives what finishes it. */
  const begin = async ({ id, method, path }: Pick<ApiOperation, "id" | "method" | "path">) => {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.setEncoding("utf8");
    const ended = once(socket, "close");
    socket.write(`${method} ${path.replaceAll(/\{\w+\}/g, "1")} HTTP/1.1\r\nHost: a\r\n`);
    const finish = async () => {
      let answer = "";
      socket.on("data", (text) => {
        answer += text;
      });
      socket.write("\r\n");
      await ended;
      return { id, answer };
    };
    return finish;
  };
  const finishes = await Promise.all(documenting("shutting_down").map(begin));
  const finishReady = await begin({ id: "ready", method: "GET", path: "/health/ready" });
  await sleep(200); // until the service has read them: a connection without a request is simply closed

  const closed = loyalty.close();
  // All at once: when nothing is in flight any more, connections that have not sent a request are closed.
  const [ready, ...answers] = await Promise.all([finishReady(), ...finishes.map((finish) => finish())]);
  await closed;

  for (const { id, answer } of answers) {
    expect(answer, id).toMatch(/^HTTP\/1\.1 503 /);
    expect(answer, id).toContain('"code":"shutting_down"');
    expect(answer.toLowerCase(), id).toContain("connection: close");
  }
  expect(ready.answer).toContain('"service":"shutting_down"');
});

describe("a queue that is full", () => {
  let loyalty: TestService;
  let locker: pg.Client;
  let storeCode: string;
  beforeAll(async () => {
    loyalty = await startTestService({ config: { MAX_QUEUE: 1, MAX_BATCH: 1, WRITE_POOL_SIZE: 1 } });
    const tote = { id: "tote", label: "Tote bag", price: [{ wallet: "points", points: 1 }], gives: { kind: "product", sku: "TOTE" } };
    await loyalty.createProgram("retail-gbp", {
      pools: {},
      adjustments: { approval: { above: 1 } },
      rewards: [{ ...tote, fulfilment: "confirm", storeCodeMinutes: 60 }],
    });
    const order = {
      memberId: "ada",
      occurredAt: "2026-02-01T00:00:00Z",
      currency: "GBP",
      lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 10_000 }],
    };
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { id: "1", ...order } });
    await loyalty.expectStatus(201, "POST", "/v1/pools", { body: { id: "household", owner: "ada" } });
    const large = { id: "proposed", points: 5, reason: "test" };
    await loyalty.expectStatus(202, "POST", "/v1/members/ada/adjustments", { body: large });
    for (const id of ["a-card", "an-app"]) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
    await loyalty.expectStatus(201, "POST", "/v1/merges", { body: { id: "joined", from: "a-card", into: "an-app", reason: "one person" } });
    const redemption = { id: "redemption", reward: "tote", channel: "store" };
    const redeemed = await loyalty.expectStatus<{ code: string }>(201, "POST", "/v1/members/ada/redemptions", { body: redemption });
    storeCode = redeemed.body.code;
    locker = new pg.Client({ connectionString: loyalty.database.url });
    await locker.connect();
  });
  afterAll(async () => {
    await locker.end();
    await loyalty.close();
  });

  test.each(documenting("queue_full"))("refuses $id and writes what was waiting", async (operation) => {
    await locker.query("begin");
    await locker.query("lock table members in share row exclusive mode");
    const enrol = (id: string) => loyalty.request("POST", "/v1/members", { body: { id: `${id}-${operation.id}` } });
    const flying = enrol("flying");
    await vi.waitFor(async () => expect(await loyalty.database.query("select 1 from pg_locks where not granted")).toHaveLength(1));
    const queued = enrol("queued");
    await vi.waitFor(async () => {
      const metrics = await loyalty.expectStatus<{ text: string }>(200, "GET", "/metrics");
      expect(metrics.body.text).toMatch(/^loyalty_queue_commands 1$/m);
    });

    const named = {
      orderId: "1",
      memberId: "ada",
      poolId: "household",
      redemptionId: "redemption",
      mergeId: "joined",
      seq: "1",
      adjustmentId: "proposed",
    };
    const { method, path, request } = callOf(operation, named);
    const headers = { ...request.headers, "idempotency-key": operation.id };
    // A quote writes where it is to hold something.
    const held = { memberId: "ada", currency: "GBP", lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 1 }], reserve: true };
    const bodies: Record<string, unknown> = { confirmRedemption: { code: storeCode }, quoteCart: held };
    const body = operation.id in bodies ? { body: bodies[operation.id] } : {};
    const refused = await loyalty.request(method, path, { ...request, headers, ...body });
    await locker.query("rollback");

    expect(refused).toMatchObject({ status: 503, body: { code: "queue_full" }, headers: { "retry-after": "1" } });
    expect((await Promise.all([flying, queued])).map(({ status }) => status)).toEqual([201, 201]);
  });
});
