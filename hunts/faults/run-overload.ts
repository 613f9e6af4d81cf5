import { startTcpProxy } from "../../test/support/tcp-proxy.ts";
import type { JournalCheck } from "../load/check-journal.ts";
import { serviceUnderLoad } from "../load/service-under-load.ts";
import { type FaultJudge, runEach } from "./fault.ts";

const TIMES = 10;
/** Enough that the service has always something to do, and less than it lets wait. */
const WORKERS = 64;
const CONNECTIONS = 500;
const P99_MAX_MS = 3_000;
/** Of what it does at saturation. */
const STILL_DONE_MIN = 0.5;
const SATURATED_MS = 5_000;
/** Its line to Postgres limits the service, not its processor: so one machine can send ten times of what it does. */
const ROUND_TRIP_MS = 100;
const SETTINGS = { WRITE_POOL_SIZE: "1", MAX_BATCH: "16", MAX_QUEUE: "64" };

export type OverloadOptions = FaultJudge & { databaseUrl: string; seed: number; seconds: number };

/** Finds out what a service does at saturation, sends it ten times as much, and checks every operation. */
export async function runOverload({ databaseUrl, seed, seconds, ...judge }: OverloadOptions): Promise<JournalCheck> {
  const proxy = await startTcpProxy(databaseUrl);
  proxy.delay(ROUND_TRIP_MS / 2);
  try {
    const load = { databaseUrl: () => databaseUrl, seed, workers: WORKERS, connections: CONNECTIONS };
    return await serviceUnderLoad({ settings: { DATABASE_URL: proxy.url, ...SETTINGS }, ...load }, async (world) => {
      const wrong: string[] = [];
      const overload = async () => {
        const saturated = await world.driver.measure(SATURATED_MS);
        const endSurge = world.driver.surge(TIMES * saturated.acceptedPerSecond);
        const overloaded = await world.driver.measure(seconds * 1_000);
        await endSurge();
        const times = overloaded.sentPerSecond / saturated.acceptedPerSecond;
        judge.said?.(
          `saturated it answers ${Math.round(saturated.acceptedPerSecond)} requests a second, 99 in 100 within ${Math.round(saturated.p99Ms)} ms; ` +
            `sent ${times.toFixed(1)} times as many for ${seconds} s it answers ${Math.round(overloaded.acceptedPerSecond)} within ${Math.round(overloaded.p99Ms)} ms`,
        );
        if (times < TIMES) wrong.push(`only ${times.toFixed(1)} times of what the service does could be sent to it`);
        if (overloaded.p99Ms > P99_MAX_MS) wrong.push(`under overload one of 100 good answers took ${Math.round(overloaded.p99Ms)} ms`);
        if (overloaded.acceptedPerSecond < STILL_DONE_MIN * saturated.acceptedPerSecond)
          wrong.push(`under overload it does only ${Math.round(overloaded.acceptedPerSecond)} a second`);
      };
      const slow = await runEach([{ name: `${TIMES} times the load`, count: 1, run: overload }], world, judge);
      return [...slow, ...wrong];
    });
  } finally {
    await proxy.close();
  }
}
