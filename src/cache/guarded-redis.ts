import type { Logger } from "pino";
import type { CacheMetrics } from "./balance-cache.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { connectCluster, connectRedis, type RedisClient } from "./connect-redis.ts";
import { cutOffAfter } from "./cut-off.ts";

/** A Redis that nothing waits for: what is slow is cut off, and what keeps failing is left alone until it answers again. */
export interface GuardedRedis {
  /** Undefined where Redis did not answer in time, or is not asked. Never rejects. */
  ask<T>(work: (redis: RedisClient) => Promise<T>): Promise<T | undefined>;
  /** Rejects while it cannot be reached. */
  ping(): Promise<void>;
  close(): void;
}

export type GuardedRedisOptions = {
  url: string;
  /** The URL is that of one node of a cluster. */
  isCluster?: boolean;
  /** An answer that takes longer is not waited for. */
  timeoutMs: number;
};

/** Starts whether or not Redis does. */
export async function openGuardedRedis(
  { url, isCluster = false, timeoutMs }: GuardedRedisOptions,
  log: Logger,
  metrics: Pick<CacheMetrics, "cacheErrors" | "cacheBreakerOpen">,
): Promise<GuardedRedis> {
  const redis = await (isCluster ? connectCluster : connectRedis)(url, log);
  const breaker = createCircuitBreaker({
    failuresMax: 5,
    probeWaitMs: 200,
    probeWaitMaxMs: 2_000,
    probe: () => cutOffAfter(timeoutMs, redis.ping()),
    onChange(isOpen) {
      metrics.cacheBreakerOpen.set(isOpen ? 1 : 0);
      if (isOpen)
        log.warn("Redis is not asked while it does not answer; balances are read from Postgres, and each process counts for itself");
      else log.info("Redis answers again");
    },
  });
  redis.on("ready", () => breaker.probeNow());

  return {
    async ask(work) {
      if (breaker.isOpen()) return undefined;
      try {
        const answer = await cutOffAfter(timeoutMs, work(redis));
        breaker.succeeded();
        return answer;
      } catch (error) {
        metrics.cacheErrors.inc();
        breaker.failed();
        log.debug({ err: error }, "Redis failed");
        return undefined;
      }
    },
    async ping() {
      await redis.ping();
    },
    close() {
      breaker.stop();
      redis.disconnect();
    },
  };
}
