import { setTimeout as sleep } from "node:timers/promises";
import type { Fault, RedisWorld } from "./fault.ts";

const LATE_MS = 100;

/** Redis holds copies only: none of this may change an answer, and whoever has written reads their own write. */
export const redisFaults = ({ flushes, count, lastsMs }: { flushes: number; count: number; lastsMs: number }): Fault<RedisWorld>[] =>
  (
    [
      { name: "Redis flushed", count: flushes, run: async ({ redis }) => void (await redis.flush()) },
      {
        name: "Redis killed and started again",
        count,
        async run({ redis }) {
          await redis.kill();
          await sleep(lastsMs);
          await redis.restart();
        },
      },
      {
        name: "Redis hung",
        count,
        async run({ redis }) {
          redis.signal("SIGSTOP");
          await sleep(lastsMs);
          redis.signal("SIGCONT");
        },
      },
      {
        name: "Redis 100 ms late",
        count,
        async run({ toRedis }) {
          toRedis.delay(LATE_MS);
          await sleep(lastsMs);
          toRedis.clear();
        },
      },
      {
        name: "connections to Redis half-open",
        count,
        async run({ toRedis }) {
          toRedis.hang();
          await sleep(lastsMs);
          toRedis.clear();
        },
      },
      { name: "connections to Redis reset", count, run: async ({ toRedis }) => void toRedis.reset() },
    ] satisfies Fault<RedisWorld>[]
  ).map((fault) => ({ ...fault, isUnnoticed: true }));
