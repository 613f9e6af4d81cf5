import { Redis } from "ioredis";
import { inject } from "vitest";

/** False when the run found no Redis: `describe.skipIf(!hasRedis)`. */
export const hasRedis = (): boolean => inject("redisUrl") !== "";

/** An empty database of the run's Redis that nobody else uses: programs of cloned databases have the same numbers. */
export async function takeRedisDatabase(): Promise<string> {
  const server = inject("redisUrl");
  if (server === "") throw new Error("this test needs Redis: install redis-server or set TEST_REDIS_URL");
  const redis = new Redis(server);
  try {
    const taken = await redis.incr("loyalty-test-databases"); // database 0 keeps the count
    const [, databases] = (await redis.config("GET", "databases")) as [string, string];
    const database = 1 + (taken % (Number(databases) - 1));
    await redis.select(database);
    await redis.flushdb();
    const url = new URL(server);
    url.pathname = `/${database}`;
    return url.href;
  } finally {
    redis.disconnect();
  }
}
