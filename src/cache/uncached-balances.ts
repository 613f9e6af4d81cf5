import type { BalanceCache, CacheMetrics } from "./balance-cache.ts";

/**
 * Keeps nothing: for several processes without Redis, whose copies would not hear of each other's commits. Nor is a read answered with one
 * that began before it: another process may have committed in between.
 */
export const uncachedBalances = (metrics: CacheMetrics): BalanceCache => ({
  async read(_read, load) {
    metrics.cacheMisses.inc();
    return (await load()).balance;
  },
  committed: () => undefined,
  ping: async () => undefined,
  close: async () => undefined,
});
