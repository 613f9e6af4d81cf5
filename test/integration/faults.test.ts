import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { runFaults } from "../../hunts/faults/run-faults.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { generateImport } from "../support/generated-lines.ts";
import { type HttpCaller, httpCaller } from "../support/http-caller.ts";
import { importFile, openImport } from "../support/import-request.ts";
import { readProgram, startTestService } from "../support/service.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { orderBody } from "../support/shop.ts";
import { redisProgram } from "../support/test-redis.ts";

const ROOT_KEY = "loy_root_of_a_test_and_nothing_else";
const PROGRAM = { "loyalty-program": "retail-gbp" };

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function ownDatabase(): Promise<TestDatabase> {
  const database = await cloneDatabase();
  closing.push(() => database.drop());
  return database;
}

const hasEnded = (service: ServiceProcess): Promise<boolean> => Promise.race([service.ended.then(() => true), sleep(0, false)]);

async function ownProcess(database: TestDatabase, settings: Record<string, string> = {}): Promise<ServiceProcess> {
  const service = await startServiceProcess({ DATABASE_URL: database.url, LOYALTY_ROOT_KEY: ROOT_KEY, ...settings });
  closing.push(async () => {
    if (!(await hasEnded(service))) service.signal("SIGKILL");
    await service.ended;
  });
  return service;
}

/** Speaks to a service as an operator: with the root key, for retail-gbp. */
function operatorOf(url: string, connections = 1): HttpCaller {
  const root = httpCaller(url, ROOT_KEY, connections);
  closing.push(() => root.close());
  const send: HttpCaller["send"] = (method, path, body) => root.send(method, path, body, PROGRAM);
  return { send, get: (path) => send("GET", path), post: (path, body) => send("POST", path, body), close: root.close };
}

/** What an import leaves in a service that nothing happens to. */
async function undisturbedFigures(file: string): Promise<unknown> {
  const loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
  closing.push(() => loyalty.close());
  const { key } = await loyalty.createProgram("retail-gbp");
  const url = await loyalty.listen();
  await importFile(url, key, file);
  const http = httpCaller(url, key, 1);
  closing.push(() => http.close());
  return figuresOf(http);
}

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));

/** What an import leaves, without what differs from run to run. */
async function figuresOf(http: HttpCaller): Promise<unknown> {
  const { body } = await http.get<{ data: { id: string; tier: string; tierSince: string; wallets: unknown; version: number }[] }>(
    "/v1/members?limit=200",
  );
  // They are listed as they were enrolled, and members of one batch or another in either order.
  const members = body.data.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  return members.map(({ id, tier, tierSince, wallets, version }) => ({ id, tier, tierSince, wallets, version }));
}

async function expectSound(http: HttpCaller): Promise<void> {
  expect((await http.get("/v1/verification")).body).toMatchObject({ differenceCount: 0, differences: [] });
}

/** Each order exists once, with one entry for its points. */
async function expectEachOnce(database: TestDatabase, orders: number): Promise<void> {
  const [row] = await database.query("select (select count(*) from orders)::int as orders, (select count(*) from entries)::int as entries");
  expect(row).toEqual({ orders, entries: orders });
}

describe("the process", () => {
  test("killed in the middle of an import, it is started, given the import again, and nothing is lost or doubled", {
    timeout: 60_000,
  }, async () => {
    const lines = generateImport(2_000, { members: 150, seed: 7 });
    const file = `${lines.join("\n")}\n`;
    const undisturbed = undisturbedFigures(file);
    const database = await ownDatabase();

    const killed = await ownProcess(database);
    await operatorOf(killed.url).send("PUT", "/v1/program", await readProgram("retail-gbp"));
    const open = openImport(killed.url, ROOT_KEY, PROGRAM);
    const sending = open.send(file);
    let answered = 0;
    const reading = (async () => {
      for await (const answer of open.answers()) {
        expect(answer.status).toBe(201);
        answered += 1;
        if (answered === 500) killed.signal("SIGKILL");
      }
    })();
    await Promise.allSettled([sending, reading]);
    expect(await killed.ended).toBeNull();
    expect(answered).toBeGreaterThanOrEqual(500);
    expect(answered).toBeLessThan(lines.length);

    const started = await ownProcess(database);
    const answers = await importFile(started.url, ROOT_KEY, file, PROGRAM);

    expect(answers.filter(({ status }) => status !== 200 && status !== 201)).toEqual([]);
    // What was answered before had been committed: it is a replay now.
    expect(answers.slice(0, answered).filter(({ status }) => status !== 200)).toEqual([]);
    expect(answers.at(-1)).toMatchObject({ line: lines.length, replayed: false });
    const operator = operatorOf(started.url);
    expect(await figuresOf(operator)).toEqual(await undisturbed);
    await expectSound(operator);
  });

  test("told to stop while 200 orders are in flight, it answers each of them and ends", async () => {
    const database = await ownDatabase();
    // One command a batch, so that all but one wait in the queue and can be counted.
    const service = await ownProcess(database, { MAX_BATCH: "1" });
    const operator = operatorOf(service.url, 200);
    await operator.send("PUT", "/v1/program", await readProgram("retail-gbp"));
    await operator.post("/v1/orders", orderBody("first"));

    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query("begin");
      await holder.query("select 1 from accounts for update"); // no order of the member gets on
      const orders = Promise.all(times(200, (n) => operator.post("/v1/orders", orderBody(`o-${n}`))));
      const waiting = async () =>
        /loyalty_queue_commands (\d+)/.exec((await operatorOf(service.url).get<{ text: string }>("/metrics")).body.text)?.[1];
      await expect.poll(waiting, { timeout: 4_000 }).toBe("199");
      service.signal("SIGTERM");
      await sleep(200);
      await holder.query("rollback");

      expect((await orders).filter(({ status }) => status !== 201)).toEqual([]);
    } finally {
      await holder.end();
    }
    expect(await service.ended).toBe(0);
    await expectEachOnce(database, 201);
  });
});

test("lines to Postgres and Redis, Redis and the clock go wrong under load: nothing is lost, doubled or answered wrong", {
  timeout: 180_000,
}, async () => {
  const database = await ownDatabase();
  const counts = { commitCuts: 10, resets: 1, exhaustions: 0, redisFlushes: 1, count: 1 };

  const check = await runFaults({ databaseUrl: database.url, hasRedis: redisProgram() !== undefined, seed: 1, lastsMs: 200, ...counts });

  expect(check).toMatchObject({ lost: 0, doubled: 0, wrong: [] });
  expect(check.acknowledged).toBeGreaterThan(900);
});
