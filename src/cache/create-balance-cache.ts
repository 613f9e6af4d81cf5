import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { BalanceCache, CacheMetrics } from "./balance-cache.ts";
import { cachedBalances } from "./cached-balances.ts";
import type { GuardedRedis } from "./guarded-redis.ts";
import { createMemoryStore } from "./memory.ts";
import { createRedisStore } from "./redis.ts";
import { uncachedBalances } from "./uncached-balances.ts";

export type BalanceCacheConfig = Pick<Config, "BALANCE_CACHE_SIZE" | "BALANCE_CACHE_TTL_SECONDS" | "WEB_CONCURRENCY">;

export type BalanceCacheDeps = { redis: GuardedRedis | undefined; log: Logger; metrics: CacheMetrics };

/**
 * Copies in Redis, or without one in this process, which must then be the only one that serves: none are kept where it is one of several.
 * Never fails because Redis is away: balances come from Postgres until it is there.
 */
export function createBalanceCache(config: BalanceCacheConfig, { redis, log, metrics }: BalanceCacheDeps): BalanceCache {
  const ttlMs = config.BALANCE_CACHE_TTL_SECONDS * 1_000;
  if (redis !== undefined) return cachedBalances(createRedisStore(redis, { ttlMs }, log, metrics), metrics);
  if (config.BALANCE_CACHE_SIZE === 0 || config.WEB_CONCURRENCY > 1) return uncachedBalances(metrics);
  return cachedBalances(createMemoryStore({ copiesMax: config.BALANCE_CACHE_SIZE, ttlMs }), metrics);
}
