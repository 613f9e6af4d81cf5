import type { CommitCutter } from "../../test/support/commit-cutter.ts";
import type { HttpCaller } from "../../test/support/http-caller.ts";
import type { OwnRedis } from "../../test/support/own-redis.ts";
import type { TcpProxy } from "../../test/support/tcp-proxy.ts";
import type { LoadDriver } from "../load/load-driver.ts";
import type { ServiceClock } from "./service-clock.ts";

type Loaded = { driver: LoadDriver };

/** What stands between the service under load and its Postgres. */
export type DatabaseWorld = Loaded & {
  database: CommitCutter;
  /** Past the proxy. */
  databaseUrl: string;
};

export type RedisWorld = Loaded & { redis: OwnRedis; toRedis: TcpProxy };

export type ClockWorld = Loaded & { clock: ServiceClock; caller: HttpCaller };

/** Something that goes wrong under load. `run` resolves when it is over. */
export type Fault<World extends Loaded> = {
  name: string;
  /** Every request is answered with success all the same; else 503 with Retry-After may come until it is over. */
  isUnnoticed?: true;
  count: number;
  run(world: World): Promise<void>;
};

export type FaultJudge = {
  said?: ((line: string) => void) | undefined;
  /** A slower recovery is wrong; absent: none is. */
  recoveryMaxMs?: number | undefined;
};

/** Good answers between two faults. */
const BETWEEN = 30;

/** Lets each happen so often as it counts, each time in the middle of good answers. Answers what must not be. */
export async function runEach<World extends Loaded>(faults: readonly Fault<World>[], world: World, judge: FaultJudge): Promise<string[]> {
  const wrong: string[] = [];
  for (const fault of faults) wrong.push(...(await runFault(fault, world, judge)));
  return wrong;
}

async function runFault<World extends Loaded>(
  { name, count, isUnnoticed, run }: Fault<World>,
  world: World,
  { said, recoveryMaxMs = Number.POSITIVE_INFINITY }: FaultJudge,
): Promise<string[]> {
  if (count === 0) return [];
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
