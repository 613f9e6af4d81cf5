import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../examples/demo/random.ts";
import { startTcpProxy } from "../../test/support/tcp-proxy.ts";
import type { JournalCheck } from "../load/check-journal.ts";
import { type Instance, startInstance } from "../load/instance.ts";
import type { LoadCounts, LoadDriver } from "../load/load-driver.ts";
import { type OwnPostgres, startOwnPostgres } from "../load/own-postgres.ts";
import { type LoadWorld, ROOT_KEY, underLoad } from "../load/under-load.ts";

export type CrashCounts = { serviceKills: number; rolls: number; backendKills: number; postgresKills: number };

export type CrashOptions = CrashCounts & {
  seed: number;
  said?: (line: string) => void;
  /** A slower recovery is wrong; absent: none is. */
  recoveryMaxMs?: number;
};

/** Crashes something and resolves when it takes connections again. */
type Crash = { name: string; count: number; run(n: number): Promise<void> };

/** Good answers between two crashes: the next one comes in the middle of work. */
const BETWEEN = 100;
const PAUSE_MAX_MS = 200;
const WORKERS = 24;

function crashesOf(counts: CrashCounts, instances: readonly Instance[], postgres: OwnPostgres, aim: (url: string) => void): Crash[] {
  const instance = (n: number): Instance => {
    const found = instances[n % instances.length];
    if (found === undefined) throw new Error("there is no instance");
    return found;
  };
  return [
    { name: "kill -9 of one of two services", count: counts.serviceKills, run: (n) => instance(n).kill() },
    {
      name: "SIGTERM to one of two services",
      count: counts.rolls,
      async run(n) {
        const code = await instance(n).roll();
        if (code !== 0) throw new Error(`told to stop, a service ended with ${code}`);
      },
    },
    {
      name: "kill -9 of a Postgres backend that writes",
      count: counts.backendKills,
      async run() {
        const [backend] = await postgres.query<{ pid: number }>(
          "select pid from pg_stat_activity where application_name = 'loyalty-write' order by state = 'idle', random() limit 1",
        );
        if (backend === undefined) throw new Error("no backend writes");
        process.kill(backend.pid, "SIGKILL");
        await postgres.untilReady();
      },
    },
    {
      name: "kill -9 of the whole Postgres",
      count: counts.postgresKills,
      async run() {
        await postgres.kill();
        await postgres.start();
        aim(postgres.url());
      },
    },
  ];
}

/** Puts load on two services with a durable Postgres, crashes one thing after the other under it, and checks every operation. */
export async function runCrashes({ seed, said, recoveryMaxMs = Number.POSITIVE_INFINITY, ...counts }: CrashOptions): Promise<JournalCheck> {
  const postgres = await startOwnPostgres();
  const proxy = await startTcpProxy(postgres.url());
  const instances: Instance[] = [];
  try {
    // Two processes without a Redis cache nothing, or each would read what the other has changed since.
    const settings = { DATABASE_URL: proxy.url, LOYALTY_ROOT_KEY: ROOT_KEY, BALANCE_CACHE_SIZE: "0", LOG_LEVEL: "error" };
    instances.push(await startInstance(settings)); // migrates
    instances.push(await startInstance(settings));
    const random = seededRandom(seed);
    const disturb = async ({ driver }: LoadWorld) => {
      const slow: string[] = [];
      for (const crash of crashesOf(counts, instances, postgres, proxy.aim)) {
        if (crash.count === 0) continue;
        const before = { ...driver.counts };
        const times: Outage[] = [];
        for (let n = 0; n < crash.count; n += 1) {
          await driver.untilAcknowledged(BETWEEN);
          await sleep(random.int(0, PAUSE_MAX_MS));
          times.push(await outageOf(driver, () => crash.run(n)));
        }
        const recovery = Math.max(...times.map(({ recoveryMs }) => recoveryMs));
        if (recovery > recoveryMaxMs) slow.push(`${crash.name}: it took ${Math.round(recovery)} ms to recover`);
        said?.(crashInWords(crash, times, { before, after: driver.counts }));
      }
      return slow;
    };
    return await underLoad({ urls: instances.map(({ url }) => url), databaseUrl: () => postgres.url(), seed, workers: WORKERS }, disturb);
  } finally {
    for (const instance of instances) await instance.close();
    await proxy.close();
    await postgres.close();
  }
}

/** Until good answers came again: in all, and since what was crashed took connections again. */
type Outage = { allMs: number; recoveryMs: number };

async function outageOf(driver: LoadDriver, crash: () => Promise<void>): Promise<Outage> {
  const began = performance.now();
  await crash();
  const back = performance.now();
  const recoveryMs = await driver.recovered(back);
  return { allMs: back - began + recoveryMs, recoveryMs };
}

const inSeconds = (milliseconds: readonly number[]): string => {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const [median = 0, most = 0] = [sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `${(median / 1_000).toFixed(1)} s, at most ${(most / 1_000).toFixed(1)} s`;
};

function crashInWords({ name, count }: Crash, times: readonly Outage[], { before, after }: Record<"before" | "after", LoadCounts>): string {
  const since = (of: keyof LoadCounts) => after[of] - before[of];
  return [
    `${name}, ${count} times`,
    `good answers again after ${inSeconds(times.map(({ allMs }) => allMs))}`,
    `that is ${inSeconds(times.map(({ recoveryMs }) => recoveryMs))} after it took connections again`,
    `${since("acknowledged")} acknowledged, ${since("unavailable")} answered 503, ${since("broken")} connections broken`,
  ].join("; ");
}
