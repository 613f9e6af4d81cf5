import type { Logger } from "pino";
import type { BalanceCopy, CacheMetrics, CopyStore } from "./balance-cache.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { connectRedis } from "./connect-redis.ts";
import { decodeCopy, encodeCopy } from "./copy-format.ts";
import { cutOffAfter } from "./cut-off.ts";
import { setIfNewer } from "./set-if-newer.ts";
import { type SentCopy, UnconfirmedCommits } from "./unconfirmed.ts";

const RETRY_EVERY_MS = 250;
const RETRIED_AT_ONCE_MAX = 1_000;

export type RedisStoreOptions = {
  url: string;
  /** An answer that takes longer is not waited for: Postgres is asked instead. */
  timeoutMs: number;
  /** Bounds every staleness: a process that dies between commit and cache, a slow fill after a flush. */
  ttlMs: number;
};

/** Copies in Redis, shared by all processes. Starts and serves whether or not Redis does. */
export async function createRedisStore(
  { url, timeoutMs, ttlMs }: RedisStoreOptions,
  log: Logger,
  metrics: CacheMetrics,
): Promise<CopyStore> {
  const redis = await connectRedis(url, log);
  const unconfirmed = new UnconfirmedCommits(ttlMs);
  const breaker = createCircuitBreaker({
    failuresMax: 5,
    probeWaitMs: 200,
    probeWaitMaxMs: 2_000,
    probe: () => cutOffAfter(timeoutMs, redis.ping()),
    onChange(isOpen) {
      metrics.cacheBreakerOpen.set(isOpen ? 1 : 0);
      if (isOpen) log.warn("the cache is not asked while Redis does not answer; balances are read from Postgres");
      else log.info("Redis answers again");
    },
  });
  redis.on("ready", () => breaker.probeNow());

  async function ask<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (breaker.isOpen()) return undefined;
    try {
      const answer = await cutOffAfter(timeoutMs, work());
      breaker.succeeded();
      return answer;
    } catch (error) {
      metrics.cacheErrors.inc();
      breaker.failed();
      log.debug({ err: error }, "Redis failed");
      return undefined;
    }
  }

  async function sendAndConfirm(copies: readonly SentCopy[]): Promise<void> {
    const taken = await ask(() => setIfNewer(redis, copies, ttlMs));
    copies.forEach((copy, i) => {
      if (taken?.[i]) unconfirmed.confirm(copy);
    });
  }

  const retries = setInterval(() => {
    const overdue = unconfirmed.overdue(Date.now() - RETRY_EVERY_MS, RETRIED_AT_ONCE_MAX);
    if (overdue.length > 0) void sendAndConfirm(overdue);
  }, RETRY_EVERY_MS);
  retries.unref();

  function decode(key: string, text: string): BalanceCopy | undefined {
    try {
      return decodeCopy(text);
    } catch (error) {
      metrics.cacheErrors.inc();
      log.warn({ err: error, key }, "a copy in Redis cannot be read");
      return undefined;
    }
  }

  const toSent = (key: string, copy: BalanceCopy, committedAt: number): SentCopy => ({
    key,
    version: copy.version,
    text: encodeCopy(copy),
    committedAt,
  });

  return {
    async get(key) {
      if (unconfirmed.covers(key)) return undefined;
      const text = await ask(() => redis.get(key));
      // A commit may have come while Redis was answering.
      return typeof text === "string" && !unconfirmed.covers(key) ? decode(key, text) : undefined;
    },
    fill(key, copy, readAt) {
      if (!unconfirmed.covers(key)) void ask(() => setIfNewer(redis, [toSent(key, copy, readAt)], ttlMs));
    },
    commit(committed) {
      const now = Date.now();
      const copies = committed.map(({ key, copy }) => toSent(key, copy, now));
      for (const copy of copies) unconfirmed.add(copy);
      void sendAndConfirm(copies);
    },
    async ping() {
      await redis.ping();
    },
    async close() {
      clearInterval(retries);
      breaker.stop();
      redis.disconnect();
    },
  };
}
