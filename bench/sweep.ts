import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { runLoyalty, startLoad, startService } from "./child-process.ts";
import { Closings } from "./closings.ts";
import { importLines } from "./data/import-lines.ts";
import { startDurablePostgres } from "./durable-postgres.ts";
import type { LoadJob, LoadResult } from "./load/load-job.ts";
import { describeRun } from "./machine.ts";
import { median } from "./measure/statistics.ts";
import { call } from "./program.ts";
import { wholeOption } from "./whole-option.ts";

/**
 * Lets many lots expire at once and measures orders before the sweep and beside it, in one run. Ends with 1 where an order failed,
 * a lot is left or the ledger has a difference.
 *   npm run bench:sweep -- [--lots 1000000] [--seconds 5] [--connections 16] [--dir FOLDER]
 */
const { values: options } = parseArgs({
  options: {
    lots: { type: "string", default: "1000000" },
    seconds: { type: "string", default: "5" },
    connections: { type: "string", default: "16" },
    dir: { type: "string", default: tmpdir() },
  },
});
const LOTS_OF_MEMBER = 10;
const HOLDERS = Math.ceil(wholeOption("--lots", options.lots) / LOTS_OF_MEMBER);
const SECONDS = wholeOption("--seconds", options.seconds);
const CONNECTIONS = wholeOption("--connections", options.connections);
const BUYERS = 5_000;
const QUIET_WINDOWS = 3;
const DAY_MS = 86_400_000;

const PROGRAM = {
  id: "swept",
  name: "Swept",
  test: true,
  currency: "GBP",
  timeZone: "Europe/London",
  autoEnroll: true,
  wallets: [{ id: "points", expiry: "P12M" }],
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "all" }],
  rules: [],
};

/** Members who bring lots that expire on different days soon. */
function* openings(startedAt: number): Generator<object> {
  const occurredAt = new Date(startedAt).toISOString();
  for (let n = 0; n < HOLDERS; n += 1) {
    const lots = Array.from({ length: LOTS_OF_MEMBER }, (_, day) => {
      return { wallet: "points", points: 5 + day, expiresAt: new Date(startedAt + (day + 1) * DAY_MS).toISOString() };
    });
    yield { type: "openingBalance", id: `opening-${n}`, memberId: `holder-${n}`, occurredAt, lots };
  }
}

function inWords(title: string, windows: readonly LoadResult[]): string {
  const of = (what: "perSecond" | "p50Ms" | "p99Ms") => median(windows.map((window) => window[what])).toFixed(1);
  return `${title}: ${windows.length} windows of ${SECONDS} s, medians: ${of("perSecond")} orders/s, p50 ${of("p50Ms")} ms, p99 ${of("p99Ms")} ms`;
}

async function bench(closings: Closings): Promise<void> {
  const postgres = await startDurablePostgres(options.dir, closings);
  const rootKey = randomBytes(24).toString("base64url");
  const env = { DATABASE_URL: postgres.url, PORT: "0", LOG_LEVEL: "warn", LOYALTY_ROOT_KEY: rootKey, JOBS_INTERVAL_SECONDS: "0" };
  const service = closings.opened(await startService(env));
  const headers = { authorization: `Bearer ${rootKey}`, "loyalty-program": PROGRAM.id };
  await call(`${service.url}/v1/program`, "PUT", headers, PROGRAM);
  const startedAt = Date.now();
  await importLines(service.url, headers, openings(startedAt));
  console.error(`${HOLDERS * LOTS_OF_MEMBER} lots of ${HOLDERS} members after ${((Date.now() - startedAt) / 1000).toFixed(0)} s`);

  const load = closings.opened(startLoad());
  const orders: LoadJob = {
    url: `${service.url}/v1/orders`,
    maker: { kind: "order", members: BUYERS },
    connections: CONNECTIONS,
    seconds: SECONDS,
    headers,
  };
  await load.run({ ...orders, seconds: 2 });
  const before: LoadResult[] = [];
  while (before.length < QUIET_WINDOWS) before.push(await load.run(orders));

  // What has become due is done when this answers.
  const sweptFrom = performance.now();
  let sweptMs: number | undefined;
  const swept = call(`${service.url}/v1/test-clock`, "PUT", headers, {
    now: new Date(startedAt + (LOTS_OF_MEMBER + 1) * DAY_MS).toISOString(),
  }).then(() => {
    sweptMs = performance.now() - sweptFrom;
  });
  const beside: LoadResult[] = [];
  while (sweptMs === undefined) beside.push(await load.run(orders));
  await swept;

  console.log(`${await describeRun(postgres.url, undefined)}\n`);
  console.log(inWords("without the sweep", before));
  console.log(inWords("beside the sweep", beside));
  const perSecond = (HOLDERS * LOTS_OF_MEMBER * 1000) / sweptMs;
  console.log(`swept in ${(sweptMs / 1000).toFixed(1)} s: ${Math.round(perSecond)} lots a second`);
  const p99 = (windows: readonly LoadResult[]) => median(windows.map(({ p99Ms }) => p99Ms));
  console.log(`p99 beside the sweep to p99 without: ${(p99(beside) / p99(before)).toFixed(2)}×`);

  const { wallets } = (await (await fetch(`${service.url}/v1/members/holder-0/balance`, { headers })).json()) as {
    wallets: { points: { available: number } };
  };
  const { code, output } = await runLoyalty(["verify", "--program", PROGRAM.id, "--database", postgres.url]);
  console.log(`The ledger afterwards: ${output}`);
  const failed = [...before, ...beside].reduce((sum, window) => sum + window.failed, 0);
  if (failed > 0 || code !== 0 || wallets.points.available > 0) process.exitCode = 1;
  console.log(`orders that failed: ${failed}`);
}

const closings = new Closings();
try {
  await bench(closings);
} finally {
  await closings.close();
}
