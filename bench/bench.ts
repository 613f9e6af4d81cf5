import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "../src/db/embedded/embedded-postgres.ts";
import { memberId } from "./cart.ts";
import { runLoyalty, startLoad, startServer } from "./child-process.ts";
import type { LoadJob } from "./load-job.ts";
import { describeRun, refuseMemoryDisk } from "./machine.ts";
import { PROGRAM, prepareNaiveProgram, prepareProgram } from "./program.ts";
import { startRedis } from "./redis-process.ts";
import { type Comparison, printTable, type Row } from "./table.ts";

/**
 * A short benchmark: what runs side by side is measured in turns, in one run, on one machine, over one durable Postgres.
 *   npm run bench -- [--seconds 4] [--rounds 3] [--dir FOLDER]
 */
const { values: options } = parseArgs({
  options: {
    seconds: { type: "string", default: "4" },
    rounds: { type: "string", default: "3" },
    dir: { type: "string", default: tmpdir() },
  },
});
const SECONDS = atLeast(1, "--seconds", options.seconds);
const ROUNDS = atLeast(3, "--rounds", options.rounds);
const WARM_UP_SECONDS = 2;
const ORDER_CONNECTIONS = 128;
const BALANCE_CONNECTIONS = 64;

function atLeast(least: number, option: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= least) return value;
  console.error(`${option} takes a whole number from ${least} on, not "${text}"`);
  process.exit(2);
}

type Contender = { title: string; job: Omit<LoadJob, "seconds"> };
type Heat = { title: string; baseline: string; contenders: Contender[] };

/** All that is opened, closed in the opposite order. */
const closings: (() => Promise<unknown>)[] = [];
function opened<T extends { stop(): Promise<unknown> }>(part: T): T {
  closings.push(() => part.stop());
  return part;
}

async function startStack() {
  await refuseMemoryDisk(options.dir);
  const folder = await mkdtemp(join(options.dir, "loyalty-bench-"));
  closings.push(() => rm(folder, { recursive: true, force: true }));
  await chmod(folder, 0o711); // as root Postgres runs as another account, which must get in
  const postgres = opened(await startEmbeddedPostgres({ dataDir: folder }));
  const redis = await startRedis();
  if (redis !== undefined) opened(redis);

  const rootKey = randomBytes(24).toString("base64url");
  const env = { DATABASE_URL: postgres.url, DATA_DIR: folder, PORT: "0", LOG_LEVEL: "warn", LOYALTY_ROOT_KEY: rootKey };
  const service = opened(await startServer("../src/main.ts", [], env));
  const withRedis = redis && opened(await startServer("../src/main.ts", [], { ...env, REDIS_URL: redis.url }));
  const headers = await prepareProgram(service.url, rootKey);
  const naiveProgram = await prepareNaiveProgram(postgres.url);
  const naive = opened(await startServer("./children/naive.ts", [postgres.url, String(naiveProgram)]));
  return { postgres, redis, service, withRedis, naive, headers };
}

type Stack = Awaited<ReturnType<typeof startStack>>;

function orderHeat({ service, withRedis, naive, headers }: Stack): Heat {
  const job = (url: string): Contender["job"] => ({
    url: `${url}/v1/orders`,
    kind: "order",
    connections: ORDER_CONNECTIONS,
    headers: { ...headers, "content-type": "application/json" },
  });
  const baseline = "a transaction per request, statement by statement";
  return {
    title: `Orders over HTTP, 3 lines, random members, ${ORDER_CONNECTIONS} connections`,
    baseline,
    contenders: [
      { title: "loyalty-engine", job: job((withRedis ?? service).url) },
      { title: baseline, job: job(naive.url) },
    ],
  };
}

async function balanceHeat({ service, withRedis, headers }: Stack): Promise<Heat> {
  const sample = await fetch(`${service.url}/v1/members/${memberId(0)}/balance`, { headers });
  const bare = opened(await startServer("./children/bare.ts", [String((await sample.text()).length)]));
  const job = (url: string, search = ""): Contender["job"] => ({
    url: `${url}/v1/members/any/balance${search}`,
    kind: "balance",
    connections: BALANCE_CONNECTIONS,
    headers,
  });
  const baseline = "bare Fastify route, constant answer";
  return {
    title: `Balances over HTTP, random members, ${BALANCE_CONNECTIONS} connections`,
    baseline,
    contenders: [
      { title: "cached in the process", job: job(service.url) },
      ...(withRedis === undefined ? [] : [{ title: "cached in Redis", job: job(withRedis.url) }]),
      { title: "strong: always from Postgres", job: job(service.url, "?consistency=strong") },
      { title: baseline, job: job(bare.url) },
    ],
  };
}

/** Each round measures all in turn, every other round backwards, so that a drift of the machine favours nobody. */
async function compare({ title, baseline, contenders }: Heat): Promise<Comparison> {
  const load = opened(startLoad());
  const rows = contenders.map((contender): Row & Contender => ({ ...contender, rounds: [] }));
  for (const { job } of rows) await load.run({ ...job, seconds: WARM_UP_SECONDS });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const row of round % 2 === 0 ? rows : rows.toReversed()) row.rounds.push(await load.run({ ...row.job, seconds: SECONDS }));
    console.error(`${title}: round ${round + 1} of ${ROUNDS}`);
  }
  return { title, baseline, rows };
}

async function bench(): Promise<void> {
  const stack = await startStack();
  const comparisons = [await compare(orderHeat(stack)), await compare(await balanceHeat(stack))];
  console.log(`\n${await describeRun(stack.postgres.url, stack.redis?.name)}; ${ROUNDS} rounds of ${SECONDS} s, medians\n`);
  console.log(printTable(comparisons));

  const { code, output } = await runLoyalty(["verify", "--program", PROGRAM, "--database", stack.postgres.url]);
  console.log(`\nThe ledger afterwards: ${output}`);
  const failed = comparisons
    .flatMap(({ rows }) => rows)
    .reduce((sum, { rounds }) => sum + rounds.reduce((n, round) => n + round.failed, 0), 0);
  if (code !== 0 || failed > 0) process.exitCode = 1;
}

try {
  await bench();
} finally {
  for (const close of closings.toReversed()) await close();
}
