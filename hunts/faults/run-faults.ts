import { peakMegabytes } from "../../bench/peak-memory.ts";
import { startCommitCutter } from "../../test/support/commit-cutter.ts";
import { startOwnRedis } from "../../test/support/own-redis.ts";
import { type ServiceProcess, startServiceProcess } from "../../test/support/service-process.ts";
import { startTcpProxy } from "../../test/support/tcp-proxy.ts";
import type { JournalCheck } from "../load/check-journal.ts";
import { ROOT_KEY, underLoad } from "../load/under-load.ts";
import { databaseFaults } from "./database-faults.ts";
import type { Fault, FaultWorld } from "./fault.ts";
import { redisFaults } from "./redis-faults.ts";

export type FaultOptions = {
  /** Straight to a Postgres where the connections of others may be ended. */
  databaseUrl: string;
  seed: number;
  commitCuts: number;
  resets: number;
  redisFlushes: number;
  /** Of every other fault. */
  count: number;
  said?: (line: string) => void;
  /** A slower recovery is wrong; absent: none is. */
  recoveryMaxMs?: number;
};

/** Good answers between two faults. */
const BETWEEN = 30;
const WORKERS = 16;

/** Puts load on a service process behind bad lines to Postgres and Redis, and checks every operation. */
export async function runFaults({
  databaseUrl,
  seed,
  said,
  recoveryMaxMs = Number.POSITIVE_INFINITY,
  ...counts
}: FaultOptions): Promise<JournalCheck> {
  const faults = [...databaseFaults(counts), ...redisFaults({ flushes: counts.redisFlushes, count: counts.count })];
  const redis = await startOwnRedis();
  const database = await startCommitCutter(databaseUrl, "loyalty-write");
  const toRedis = await startTcpProxy(redis.url);
  let service: ServiceProcess | undefined;
  try {
    service = await startServiceProcess({
      DATABASE_URL: database.url,
      REDIS_URL: toRedis.url,
      LOYALTY_ROOT_KEY: ROOT_KEY,
      LOG_LEVEL: "fatal",
    });
    const { url, pid } = service;
    const wrong: string[] = [];
    const load = { urls: [url], databaseUrl: () => databaseUrl, seed, workers: WORKERS };
    const check = await underLoad(load, async ({ driver }) => {
      for (const fault of faults) {
        if (fault.count > 0)
          wrong.push(...(await runFault(fault, { driver, database, databaseUrl, redis, toRedis }, { said, recoveryMaxMs })));
      }
    });
    said?.(`the service had at most ${await peakMegabytes(pid)} MB resident`);
    return { ...check, wrong: [...wrong, ...check.wrong] };
  } finally {
    service?.signal("SIGTERM");
    await service?.ended;
    await toRedis.close();
    await database.close();
    await redis.close();
  }
}

async function runFault(
  { name, count, isUnnoticed, run }: Fault,
  world: FaultWorld,
  { said, recoveryMaxMs }: { said: FaultOptions["said"]; recoveryMaxMs: number },
): Promise<string[]> {
  const { driver } = world;
  const before = { ...driver.counts };
  let slowest = 0;
  for (let n = 0; n < count; n += 1) {
    await driver.untilAcknowledged(BETWEEN);
    await run(world);
    slowest = Math.max(slowest, await driver.recovered(performance.now()));
  }
  const [acknowledged, unavailable] = [driver.counts.acknowledged - before.acknowledged, driver.counts.unavailable - before.unavailable];
  const allowed = isUnnoticed ? "no answer may show it" : "503 with Retry-After may come";
  said?.(
    `${name}, ${count} times (${allowed}): ${acknowledged} acknowledged, ${unavailable} answered 503, good answers again ${Math.round(slowest)} ms after its end`,
  );
  return [
    ...(isUnnoticed && unavailable > 0 ? [`${name}: ${unavailable} requests were answered with 503`] : []),
    ...(slowest > recoveryMaxMs ? [`${name}: it took ${Math.round(slowest)} ms to recover`] : []),
  ];
}
