import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { type HttpCaller, httpCaller } from "../support/http-caller.ts";
import { runServiceProcess, type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const ROOT_KEY = "loy_root_of_a_test_and_nothing_else";
const PROCESSES = 2;
const CONNECTIONS = 24;

let database: TestDatabase;
let service: ServiceProcess;
let caller: HttpCaller;

const start = () =>
  startServiceProcess({
    DATABASE_URL: database.url,
    LOYALTY_ROOT_KEY: ROOT_KEY,
    WEB_CONCURRENCY: String(PROCESSES),
    JOBS_INTERVAL_SECONDS: "1",
    LOG_LEVEL: "info",
  });
const callerOf = (connections: number) => httpCaller(service.url, ROOT_KEY, connections, { "loyalty-program": "test-shop" });

beforeAll(async () => {
  database = await cloneDatabase();
  service = await start();
  caller = callerOf(1);
  expect((await caller.send("PUT", "/v1/program", { ...SHOP, tiers: SHOP.tiers.slice(0, 1), rules: [] })).status).toBe(200);
  caller.close();
});
beforeEach(async () => {
  await untilReady();
});
afterEach(() => caller.close());
afterAll(async () => {
  if ((await Promise.race([service.ended, "running"])) === "running") service.signal("SIGKILL", "group");
  await service.ended;
  await database.drop();
});

/** Connections of one test are not those of the one before, which may have been killed. */
async function untilReady(): Promise<void> {
  caller = callerOf(CONNECTIONS);
  while ((await caller.get("/health/ready")).status !== 200) await sleep(50);
}

async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).map(Number);
}

const servingProcesses = () => childrenOf(service.pid);

const orders = (member: string, count: number) =>
  Array.from({ length: count }, (_, n) => orderBody(`${member}-${n}`, { memberId: member, unitPrice: 100 * (n + 1) }));
/** One point a pound. */
const pointsOf = (count: number) => (count * (count + 1)) / 2;

async function balanceOf(member: string): Promise<number> {
  const { body } = await caller.get<{ wallets: { points: { available: number } } }>(`/v1/members/${member}/balance`);
  return body.wallets.points.available;
}

test("orders of one member over all processes at once are each counted once, and every process sees them at once", async () => {
  const placed = orders("ada", 120);

  const first = await Promise.all(placed.map((order) => caller.post("/v1/orders", order)));
  const balances = await Promise.all(Array.from({ length: 4 * CONNECTIONS }, () => balanceOf("ada")));
  const again = await Promise.all(placed.map((order) => caller.post("/v1/orders", order)));

  expect(new Set(first.map(({ status, replayed }) => `${status} ${replayed}`))).toEqual(new Set(["201 false"]));
  expect(new Set(balances)).toEqual(new Set([pointsOf(120)]));
  expect(again.map(({ status, replayed, body }) => [status, replayed, body])).toEqual(first.map(({ body }) => [200, true, body]));
  const { body } = await caller.get<{ text: string }>("/metrics");
  const placedBy = [...body.text.matchAll(/_count\{method="POST",route="\/v1\/orders",status="201",process="(\d)"\} (\d+)/g)];
  expect(placedBy.map(([, number]) => number)).toEqual(["1", "2"]);
  expect(placedBy.reduce((sum, [, , count]) => sum + Number(count), 0)).toBe(120);
  expect(body.text.match(/^# TYPE http_request_duration_seconds histogram$/gm)).toHaveLength(1);
});

test("one process does what the clock makes due, not each of them", async () => {
  const runsOf = async (number: number) => {
    const { body } = await caller.get<{ text: string }>("/metrics");
    return Number(
      new RegExp(`^loyalty_job_runs_total\\{job="due-points",outcome="done",process="${number}"\\} (\\d+)$`, "m").exec(body.text)?.[1] ?? 0,
    );
  };

  while ((await runsOf(1)) < 2) await sleep(100);

  expect(await runsOf(2)).toBe(0);
});

test("one that is killed takes none of the others with it, what it has answered holds, and another takes its place", async () => {
  const placed = orders("grace", 300);
  const [killed = 0] = await servingProcesses();

  const placing = placed.map((order) => caller.post("/v1/orders", order));
  await Promise.race(placing);
  process.kill(killed, "SIGKILL");
  const answers = await Promise.allSettled(placing);

  const answered = answers.filter((answer) => answer.status === "fulfilled").map(({ value }) => value);
  expect(new Set(answered.map(({ status }) => status))).toEqual(new Set([201]));
  const [stored] = await database.query<{ orders: number }>("select count(*)::int as orders from orders where order_id like 'grace-%'");
  expect(stored?.orders).toBeGreaterThanOrEqual(answered.length);
  await untilReady();
  const again = await Promise.all(placed.map((order) => caller.post("/v1/orders", order)));
  expect(again.filter(({ replayed }) => replayed)).toHaveLength(stored?.orders ?? 0);
  expect(await balanceOf("grace")).toBe(pointsOf(300));
  const now = await servingProcesses();
  expect(now).toHaveLength(PROCESSES);
  expect(now).not.toContain(killed);
  expect(service.stdout()).toContain("a serving process ended; it is started again");
});

test("SIGTERM to the first process: all finish what is in flight, every answer holds, and nothing else was done", async () => {
  const placed = orders("joan", 300);

  const placing = placed.map((order) => caller.post<{ id: string }>("/v1/orders", order));
  await Promise.race(placing);
  service.signal("SIGTERM");
  const answers = await Promise.allSettled(placing);

  expect(await service.ended).toBe(0);
  const statuses = answers.map((answer) => (answer.status === "fulfilled" ? answer.value.status : "no connection"));
  expect(statuses.filter((status) => status !== 201 && status !== 503 && status !== "no connection")).toEqual([]);
  const kept = await database.query<{ order_id: string }>("select order_id from orders where order_id like 'joan-%'");
  const accepted = placed.filter((_, n) => statuses[n] === 201).map(({ id }) => id);
  expect(kept.map(({ order_id }) => order_id).sort()).toEqual(accepted.sort());
  expect(accepted.length).toBeGreaterThan(0);
  service = await start();
  await untilReady();
  expect((await caller.get("/v1/verification")).body).toMatchObject({ differenceCount: 0 });
});

test("where they cannot start, one line says why, with exit code 1", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const settings = { DATABASE_URL: database.url, LOYALTY_ROOT_KEY: ROOT_KEY, WEB_CONCURRENCY: "2" };

  const taken = await runServiceProcess({ ...settings, PORT: String(port) });
  other.close();
  const before = await childrenOf(process.pid);
  const starting = runServiceProcess(settings);
  let siblings: number[] = [];
  while (siblings.length < 2) {
    const started = (await childrenOf(process.pid)).filter((pid) => !before.includes(pid));
    siblings = (await Promise.all(started.map(childrenOf))).flat();
  }
  process.kill(siblings[1] ?? 0, "SIGKILL");

  expect(taken).toMatchObject({ code: 1, stderr: `PORT ${port} is in use by another program: set another one\n` });
  expect(await starting).toMatchObject({ code: 1, stdout: "", stderr: "serving process 2 ended with SIGKILL before it served\n" });
});

test("Ctrl-C, which reaches all processes, ends all of them in peace", async () => {
  service.signal("SIGINT", "group");

  expect(await service.ended).toBe(0);
  expect(service.stdout()).not.toContain("it is started again");
});
