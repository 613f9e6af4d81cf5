import { setTimeout as sleep } from "node:timers/promises";
import type { Fault } from "./fault.ts";

const LASTS_MS = 1_000;
const LATE_MS = 100;

/** Redis holds copies only: none of this may change an answer, and whoever has written reads their own write. */
export const redisFaults = ({ flushes, count }: { flushes: number; count: number }): Fault[] =>
  (
    [
      { name: "Redis flushed", count: flushes, run: async ({ redis }) => void (await redis.flush()) },
      {
        name: "Redis killed and started again",
        count,
        async run({ redis }) {
          await redis.kill();
          await sleep(LASTS_MS);
          await redis.restart();
        },
      },
      {
        name: "Redis hung",
        count,
        async run({ redis }) {
          redis.signal("SIGSTOP");
          await sleep(LASTS_MS);
          redis.signal("SIGCONT");
        },
      },
      {
        name: "Redis 100 ms late",
        count,
        async run({ toRedis }) {
          toRedis.delay(LATE_MS);
          await sleep(LASTS_MS);
          toRedis.clear();
        },
      },
      {
        name: "connections to Redis half-open",
        count,
        async run({ toRedis }) {
          toRedis.hang();
          await sleep(LASTS_MS);
          toRedis.clear();
        },
      },
      { name: "connections to Redis reset", count, run: async ({ toRedis }) => void toRedis.reset() },
    ] satisfies Fault[]
  ).map((fault) => ({ ...fault, isUnnoticed: true }));
