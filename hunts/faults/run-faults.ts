import { peakMegabytes } from "../../bench/resident-memory.ts";
import { startCommitCutter } from "../../test/support/commit-cutter.ts";
import { startOwnRedis } from "../../test/support/own-redis.ts";
import { startTcpProxy } from "../../test/support/tcp-proxy.ts";
import type { JournalCheck } from "../load/check-journal.ts";
import { serviceUnderLoad } from "../load/service-under-load.ts";
import { clockFaults } from "./clock-faults.ts";
import { type DatabaseFaultCounts, databaseFaults } from "./database-faults.ts";
import { type FaultJudge, runEach } from "./fault.ts";
import { redisFaults } from "./redis-faults.ts";
import { createServiceClock } from "./service-clock.ts";

export type FaultOptions = FaultJudge &
  DatabaseFaultCounts & {
    /** Straight to a Postgres where the connections of others may be ended. */
    databaseUrl: string;
    seed: number;
    redisFlushes: number;
    /** False: without a Redis and what can go wrong with it. */
    hasRedis: boolean;
  };

const WORKERS = 16;

/** Puts load on a service process behind bad lines to Postgres and Redis and with a bad clock, and checks every operation. */
export async function runFaults({
  databaseUrl,
  seed,
  redisFlushes,
  hasRedis,
  said,
  recoveryMaxMs,
  ...counts
}: FaultOptions): Promise<JournalCheck> {
  const judge = { said, recoveryMaxMs };
  const database = await startCommitCutter(databaseUrl, "loyalty-write");
  const redis = hasRedis ? await startOwnRedis() : undefined;
  const toRedis = redis && (await startTcpProxy(redis.url));
  const clock = await createServiceClock();
  try {
    const settings = {
      DATABASE_URL: database.url,
      ...(toRedis && { REDIS_URL: toRedis.url }),
      JOBS_INTERVAL_SECONDS: "1", // the jobs have their turns while the clock is wrong
      ...clock.settings,
    };
    const load = { databaseUrl: () => databaseUrl, seed, workers: WORKERS };
    return await serviceUnderLoad({ settings, ...load }, async ({ driver, service, callers: [caller] }) => {
      const wrong = await runEach(databaseFaults(counts), { driver, database, databaseUrl }, judge);
      if (redis && toRedis) {
        wrong.push(...(await runEach(redisFaults({ flushes: redisFlushes, ...counts }), { driver, redis, toRedis }, judge)));
      }
      wrong.push(...(await runEach(clockFaults(counts), { driver, clock, caller }, judge)));
      said?.(`the service had at most ${await peakMegabytes(service.pid)} MB resident`);
      return wrong;
    });
  } finally {
    await clock.close();
    await toRedis?.close();
    await redis?.close();
    await database.close();
  }
}
