import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import { parseArgs } from "node:util";
import { memberId } from "./cart.ts";
import { runLoyalty, startLoad, startServer, startService } from "./child-process.ts";
import { Closings } from "./closings.ts";
import { startDurablePostgres } from "./durable-postgres.ts";
import type { LoadJob } from "./load-job.ts";
import { describeRun } from "./machine.ts";
import { PROGRAM, prepareNaiveProgram, prepareProgram } from "./program.ts";
import { startRedis } from "./redis-process.ts";
import { type Comparison, printTable, type Row } from "./table.ts";
import { wholeOption } from "./whole-option.ts";

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
const SECONDS = wholeOption("--seconds", options.seconds);
const ROUNDS = wholeOption("--rounds", options.rounds, 3);
const WARM_UP_SECONDS = 2;
const ORDER_CONNECTIONS = 128;
const BALANCE_CONNECTIONS = 64;

type Contender = { title: string; job: Omit<LoadJob, "seconds"> };
type Heat = { title: string; baseline: string; contenders: Contender[] };

const closings = new Closings();

async function startStack() {
  const { folder, ...postgres } = await startDurablePostgres(options.dir, closings);
  const redis = await startRedis();
  if (redis !== undefined) closings.opened(redis);

  const rootKey = randomBytes(24).toString("base64url");
  const env = { DATABASE_URL: postgres.url, DATA_DIR: folder, PORT: "0", LOG_LEVEL: "warn", LOYALTY_ROOT_KEY: rootKey };
  const service = closings.opened(await startService(env));
  const withRedis = redis && closings.opened(await startService({ ...env, REDIS_URL: redis.url }));
  const headers = await prepareProgram(service.url, rootKey);
  const naiveProgram = await prepareNaiveProgram(postgres.url);
  const naive = closings.opened(await startServer("./children/naive.ts", [postgres.url, String(naiveProgram)]));
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
  const bare = closings.opened(await startServer("./children/bare.ts", [String((await sample.text()).length)]));
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
  const load = closings.opened(startLoad());
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
  await closings.close();
}
