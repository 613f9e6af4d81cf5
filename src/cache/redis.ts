import type { Logger } from "pino";
import { coalesceReads } from "../event-loop/coalesce-reads.ts";
import type { BalanceCopy, CacheMetrics, CopyStore } from "./balance-cache.ts";
import type { RedisClient } from "./connect-redis.ts";
import { decodeCopy, encodeCopy } from "./copy-format.ts";
import type { GuardedRedis } from "./guarded-redis.ts";
import { isCluster } from "./is-cluster.ts";
import { setIfNewer } from "./set-if-newer.ts";
import { type SentCopy, UnconfirmedCommits } from "./unconfirmed.ts";

const RETRY_EVERY_MS = 250;
const RETRIED_AT_ONCE_MAX = 1_000;
/** Redis does nothing else while it answers so many. */
const KEYS_PER_QUESTION_MAX = 256;

/** Bounds every staleness: a process that dies between commit and cache, a slow fill after a flush. */
export type RedisStoreOptions = {
  ttlMs: number;
  /** Where commits are told to processes that keep copies of their own. */
  channel?: string;
};

/** All copies are one group of questions. */
const ALL = 0;

/** What stands under keys, in their order. In a cluster they lie on several nodes, and each is asked for alone. */
const getAll = (redis: RedisClient, keys: string[]): Promise<(string | null)[]> =>
  isCluster(redis) ? Promise.all(keys.map((key) => redis.get(key))) : redis.mget(keys);

/** Copies in Redis, shared by all processes. */
export function createRedisStore(
  redis: GuardedRedis,
  { ttlMs, channel = "" }: RedisStoreOptions,
  log: Logger,
  metrics: CacheMetrics,
): CopyStore {
  const unconfirmed = new UnconfirmedCommits(ttlMs);

  /** What is asked for in one turn of the event loop is one question: sending each alone took a quarter of the time of a balance. */
  const readText = coalesceReads<string | null>(
    async (_, keys) => {
      const texts = await redis.ask((client) => getAll(client, keys));
      return new Map(keys.map((key, index) => [key, texts?.[index] ?? null]));
    },
    // Whoever waits for Redis is cut off by its guard.
    { inFlightMax: Number.POSITIVE_INFINITY, batchMax: KEYS_PER_QUESTION_MAX, waitingMax: Number.POSITIVE_INFINITY },
  );

  async function sendAndConfirm(copies: readonly SentCopy[]): Promise<void> {
    const taken = await redis.ask((client) => setIfNewer(client, copies, { ttlMs, channel }));
    copies.forEach((copy, i) => {
      if (taken?.[i]) unconfirmed.confirm(copy);
    });
  }

  const retries = setInterval(() => {
    const overdue = unconfirmed.overdue(performance.now() - RETRY_EVERY_MS, RETRIED_AT_ONCE_MAX);
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
    near: () => undefined,
    async get(key) {
      if (unconfirmed.covers(key)) return undefined;
      const text = await readText(ALL, key);
      // A commit may have come while Redis was answering.
      return text !== null && !unconfirmed.covers(key) ? decode(key, text) : undefined;
    },
    fill(key, copy, readAt) {
      if (!unconfirmed.covers(key)) void redis.ask((client) => setIfNewer(client, [toSent(key, copy, readAt)], { ttlMs }));
    },
    commit(committed) {
      const now = performance.now();
      const copies = committed.map(({ key, copy }) => toSent(key, copy, now));
      for (const copy of copies) unconfirmed.add(copy);
      void sendAndConfirm(copies);
    },
    ping: () => redis.ping(),
    async close() {
      clearInterval(retries);
    },
  };
}
