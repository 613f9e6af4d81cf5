import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { BalanceCache, CacheMetrics } from "./balance-cache.ts";
import { cachedBalances } from "./cached-balances.ts";
import type { Changes } from "./changes.ts";
import { CHANGES_CHANNEL } from "./copy-format.ts";
import type { GuardedRedis } from "./guarded-redis.ts";
import { createMemoryStore } from "./memory.ts";
import { nearCopies } from "./near-copies.ts";
import { createRedisStore } from "./redis.ts";
import { uncachedBalances } from "./uncached-balances.ts";

export type BalanceCacheConfig = Pick<Config, "BALANCE_CACHE_SIZE" | "BALANCE_CACHE_TTL_SECONDS" | "WEB_CONCURRENCY">;

export type BalanceCacheDeps = {
  redis: GuardedRedis | undefined;
  /** Heard where processes keep copies of their own before those in Redis. */
  changes?: Changes | undefined;
  log: Logger;
  metrics: CacheMetrics;
};

/** Of the time that a copy may live, so much at most in a process that has it from Redis: both together are what is documented. */
const NEAR_TTL_MAX_MS = 10_000;

/**
 * Copies in Redis, or without one in this process, which must then be the only one that serves: none are kept where it is one of several.
 * Never fails because Redis is away: balances come from Postgres until it is there.
 */
export function createBalanceCache(config: BalanceCacheConfig, { redis, changes, log, metrics }: BalanceCacheDeps): BalanceCache {
  const ttlMs = config.BALANCE_CACHE_TTL_SECONDS * 1_000;
  if (redis !== undefined && changes !== undefined) {
    const nearTtlMs = Math.min(NEAR_TTL_MAX_MS, ttlMs / 2);
    const far = createRedisStore(redis, { ttlMs: ttlMs - nearTtlMs, channel: CHANGES_CHANNEL }, log, metrics);
    return cachedBalances(nearCopies(far, createMemoryStore({ copiesMax: config.BALANCE_CACHE_SIZE, ttlMs: nearTtlMs }), changes), metrics);
  }
  if (redis !== undefined) return cachedBalances(createRedisStore(redis, { ttlMs }, log, metrics), metrics);
  if (config.BALANCE_CACHE_SIZE === 0 || config.WEB_CONCURRENCY > 1) return uncachedBalances(metrics);
  return cachedBalances(createMemoryStore({ copiesMax: config.BALANCE_CACHE_SIZE, ttlMs }), metrics);
}
