import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { CacheMetrics } from "./balance-cache.ts";
import { type Changes, hearChanges } from "./changes.ts";
import { type GuardedRedis, openGuardedRedis } from "./guarded-redis.ts";

/** Redis as a process uses it; `changes` where it keeps copies of its own before those in Redis. */
export type OpenRedis = { redis: GuardedRedis; changes: Changes | undefined };

export type RedisConfig = Pick<Config, "REDIS_CLUSTER" | "REDIS_TIMEOUT_MS" | "BALANCE_NEAR_CACHE">;

/** Starts whether or not Redis does. */
export async function openRedis(
  url: string,
  { REDIS_CLUSTER: isCluster, REDIS_TIMEOUT_MS: timeoutMs, BALANCE_NEAR_CACHE: hasNearCache }: RedisConfig,
  { log, metrics }: { log: Logger; metrics: CacheMetrics },
): Promise<OpenRedis> {
  const redis = await openGuardedRedis({ url, isCluster, timeoutMs }, log, metrics);
  return { redis, changes: hasNearCache ? await hearChanges({ url, redis, log }) : undefined };
}
