import { type Load, startLoad } from "./child-process.ts";
import { Closings } from "./closings.ts";
import { type DurablePostgres, startDurablePostgres } from "./durable-postgres.ts";
import { findPgbench, type Pgbench } from "./limits/find-pgbench.ts";
import { CpuMeter, cpuBetween } from "./measure/cpu.ts";
import { fsyncMs } from "./measure/fsync.ts";
import type { RoundsOptions } from "./measure/rounds.ts";
import { startRedis } from "./redis-process.ts";

const REPEATS_MAX = 3;
/** As it comes. */
const REDIS_DATABASES = 16;

export type StackOptions = { dir: string; rounds: number; seconds: number; noiseMax: number };

/** What all that is measured runs on: one durable Postgres, one Redis, one process that makes the load, and what watches them. */
export type Stack = {
  options: StackOptions;
  closings: Closings;
  meter: CpuMeter;
  postgres: DurablePostgres;
  redis:
    | { name: string /** Of keys that nobody else has: programs and members of several databases are called alike. */; newUrl(): string }
    | undefined;
  pgbench: Pgbench | undefined;
  load: Load;
  rounds: RoundsOptions;
  tell(line: string): void;
};

export async function startStack(options: StackOptions): Promise<Stack> {
  const closings = new Closings();
  try {
    const meter = new CpuMeter();
    const postgres = await startDurablePostgres(options.dir, closings);
    meter.watch("postgres", postgres.pid);
    const server = await startRedis();
    if (server !== undefined) meter.watch("redis", closings.opened(server).pid);
    let databases = 0;
    const redis = server && {
      name: server.name,
      newUrl: () => {
        if (databases === REDIS_DATABASES) throw new Error(`Redis has ${REDIS_DATABASES} databases`);
        databases += 1;
        return `${server.url}/${databases - 1}`;
      },
    };
    const load = closings.opened(startLoad());
    meter.watch("load", load.pid);
    const startedAt = performance.now();
    const tell = (line: string) => console.error(`${((performance.now() - startedAt) / 1_000).toFixed(0).padStart(5)} s  ${line}`);
    const rounds: RoundsOptions = {
      rounds: options.rounds,
      repeats: REPEATS_MAX,
      noiseMax: options.noiseMax,
      fsyncMs: () => fsyncMs(postgres.folder),
      tell,
      async watch(work) {
        const before = await meter.sample();
        const result = await work();
        return { result, cpu: cpuBetween(before, await meter.sample()) };
      },
    };
    return { options, closings, meter, postgres, redis, pgbench: findPgbench(), load, rounds, tell };
  } catch (error) {
    await closings.close();
    throw error;
  }
}
