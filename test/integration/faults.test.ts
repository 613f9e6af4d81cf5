import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterEach, describe, expect, test } from "vitest";
import { type Cut, startCommitCutter } from "../support/commit-cutter.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { generateImport } from "../support/generated-lines.ts";
import { type HttpCaller, httpCaller } from "../support/http-caller.ts";
import { importFile, openImport } from "../support/import-request.ts";
import { startOwnRedis } from "../support/own-redis.ts";
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

/** A service of this process that listens, with a caller for many requests at once. */
async function ownShop(options: Parameters<typeof startTestService>[0], connections = 64) {
  const loyalty = await startTestService({ now: "2026-03-01T12:00:00Z", ...options });
  closing.push(() => loyalty.close());
  const { key } = await loyalty.createProgram("retail-gbp");
  const url = await loyalty.listen();
  const http = httpCaller(url, key, connections);
  closing.push(() => http.close());
  return { loyalty, http, url, key };
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
    const undisturbed = await ownShop({});
    await importFile(undisturbed.url, undisturbed.key, file);
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
    expect(await figuresOf(operator)).toEqual(await figuresOf(undisturbed.http));
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

describe("Postgres", () => {
  test("ends the write connections among 500 orders: each is answered, and exists once after a retry", async () => {
    const { loyalty, http } = await ownShop({ config: { MAX_BATCH: 8 } });
    const { database } = loyalty;
    let answered = 0;
    const send = async (n: number) => {
      const answer = await http.post("/v1/orders", orderBody(`o-${n}`, { memberId: `M${n % 20}` }));
      answered += 1;
      return answer;
    };
    const orders = Promise.all(times(500, send));
    let ended = 0;
    while (answered < 400) {
      const gone = await database.query(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'loyalty-write'",
      );
      ended += gone.length;
      await sleep(100);
    }
    const answers = await orders;

    expect(ended).toBeGreaterThan(0);
    expect([...new Set(answers.map(({ status }) => status))].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    const refused = answers.flatMap(({ status }, n) => (status === 503 ? [n] : []));
    for (const n of refused) expect([200, 201]).toContain((await send(n)).status);
    await expectEachOnce(database, 500);
    await expectSound(http);
  });

  test.each<[Cut, string]>([
    ["after", "that took effect: the first caller still gets 201"],
    ["before", "that did not: it is done again"],
  ])("loses the connection at a commit (%s it) %s", async (where) => {
    const database = await ownDatabase();
    const cutter = await startCommitCutter(database.url, "loyalty-write");
    closing.push(() => cutter.close());
    const { loyalty, http } = await ownShop({ database: { ...database, url: cutter.url }, config: { MAX_BATCH: 8 } });

    cutter.cut(where, 1);
    const first = await loyalty.request("POST", "/v1/orders", { body: orderBody("first") });
    const again = await loyalty.request("POST", "/v1/orders", { body: orderBody("first") });

    expect(cutter.cuts()).toBe(1);
    expect(first).toMatchObject({ status: 201, body: { id: "first", status: "placed", points: [{ amount: 10 }] } });
    expect(first.headers["idempotent-replayed"]).toBeUndefined();
    expect(again).toMatchObject({ status: 200, body: first.body });

    cutter.cut(where, 5);
    const answers = await Promise.all(times(200, (n) => http.post("/v1/orders", orderBody(`o-${n}`, { memberId: `M${n % 10}` }))));

    expect(cutter.cuts()).toBe(6);
    expect(answers.filter(({ status, replayed }) => status !== 201 || replayed)).toEqual([]);
    await expectEachOnce(database, 201);
    await expectSound(http);
  });
});

describe.skipIf(redisProgram() === undefined)("Redis", () => {
  test("stopped, emptied and killed in the middle, it changes no answer", async () => {
    const redis = await startOwnRedis();
    closing.push(() => redis.close());
    const { loyalty, http } = await ownShop({ config: { REDIS_URL: redis.url } });
    let sent = 0;
    /** 30 orders, each followed by the cached balance that its caller has just changed. */
    const round = async () => {
      const first = sent;
      sent += 30;
      const balances = await Promise.all(
        times(30, async (n) => {
          const memberId = `M${first + n}`;
          const placed = await http.post<{ balance: { version: number } }>("/v1/orders", orderBody(`o-${first + n}`, { memberId }));
          const read = await http.get<{ version: number; wallets: { points: { available: number } } }>(`/v1/members/${memberId}/balance`);
          return {
            statuses: [placed.status, read.status],
            available: read.body.wallets.points.available,
            isNew: read.body.version >= placed.body.balance.version,
          };
        }),
      );
      expect(balances).toEqual(balances.map(() => ({ statuses: [201, 200], available: 10, isNew: true })));
      // A member of an earlier round, who may have a copy from before: one more order and its balance.
      const { body } = await http.post<{ balance: { wallets: { points: { available: number } } } }>(
        "/v1/orders",
        orderBody(`m-${first}`, { memberId: "M0" }),
      );
      const read = await http.get<{ wallets: { points: { available: number } } }>("/v1/members/M0/balance");
      expect(read.body.wallets.points.available).toBe(body.balance.wallets.points.available);
    };

    await round();
    redis.signal("SIGSTOP");
    await round();
    redis.signal("SIGCONT");
    await round();
    await Promise.all([round(), redis.flush()]);
    await Promise.all([round(), redis.kill()]);
    await round();
    await redis.restart();
    await round();

    for (const member of ["M0", "M1", "M209"]) {
      const cached = await http.get(`/v1/members/${member}/balance`);
      const strong = await http.get(`/v1/members/${member}/balance?consistency=strong`);
      expect(cached.body).toEqual(strong.body);
    }
    await expectEachOnce(loyalty.database, 217);
    await expectSound(http);
  });
});
