import type { Logger } from "pino";
import type { Config } from "../config.ts";
import type { BalanceCache, CacheMetrics, CopyStore } from "./balance-cache.ts";
import { cachedBalances } from "./cached-balances.ts";
import { createMemoryStore } from "./memory.ts";
import { NO_STORE } from "./no-store.ts";
import { createRedisStore } from "./redis.ts";

export type BalanceCacheConfig = Pick<Config, "REDIS_URL" | "REDIS_TIMEOUT_MS" | "BALANCE_CACHE_SIZE" | "BALANCE_CACHE_TTL_SECONDS">;

async function createStore(config: BalanceCacheConfig, log: Logger, metrics: CacheMetrics): Promise<CopyStore> {
  const ttlMs = config.BALANCE_CACHE_TTL_SECONDS * 1_000;
  if (config.REDIS_URL !== undefined) {
    return createRedisStore({ url: config.REDIS_URL, timeoutMs: config.REDIS_TIMEOUT_MS, ttlMs }, log, metrics);
  }
  return config.BALANCE_CACHE_SIZE === 0 ? NO_STORE : createMemoryStore({ copiesMax: config.BALANCE_CACHE_SIZE, ttlMs });
}

/**
 * Copies in Redis, or without a REDIS_URL in this process, which must then be the only one that serves (or keep none).
 * Never fails because Redis is away: balances come from Postgres until it is there.
 */
export async function createBalanceCache(config: BalanceCacheConfig, log: Logger, metrics: CacheMetrics): Promise<BalanceCache> {
  return cachedBalances(await createStore(config, log, metrics), metrics);
}
