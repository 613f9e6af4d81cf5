import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { BalanceCache, CacheMetrics, CopyStore } from "./balance-cache.ts";
import { cachedBalances } from "./cached-balances.ts";
import type { GuardedRedis } from "./guarded-redis.ts";
import { createMemoryStore } from "./memory.ts";
import { NO_STORE } from "./no-store.ts";
import { createRedisStore } from "./redis.ts";

export type BalanceCacheConfig = Pick<Config, "BALANCE_CACHE_SIZE" | "BALANCE_CACHE_TTL_SECONDS">;

export type BalanceCacheDeps = { redis: GuardedRedis | undefined; log: Logger; metrics: CacheMetrics };

function createStore(config: BalanceCacheConfig, { redis, log, metrics }: BalanceCacheDeps): CopyStore {
  const ttlMs = config.BALANCE_CACHE_TTL_SECONDS * 1_000;
  if (redis !== undefined) return createRedisStore(redis, { ttlMs }, log, metrics);
  return config.BALANCE_CACHE_SIZE === 0 ? NO_STORE : createMemoryStore({ copiesMax: config.BALANCE_CACHE_SIZE, ttlMs });
}

/**
 * Copies in Redis, or without one in this process, which must then be the only one that serves (or keep none).
 * Never fails because Redis is away: balances come from Postgres until it is there.
 */
export const createBalanceCache = (config: BalanceCacheConfig, deps: BalanceCacheDeps): BalanceCache =>
  cachedBalances(createStore(config, deps), deps.metrics);
