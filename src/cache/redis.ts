import { once } from "node:events";
import { Redis } from "ioredis";
import type { Logger } from "pino";
import type { BalanceCopy, CacheMetrics, CopyStore } from "./balance-cache.ts";
import { createCircuitBreaker } from "./circuit-breaker.ts";
import { decodeCopy, encodeCopy } from "./copy-format.ts";
import { cutOffAfter } from "./cut-off.ts";
import { type SentCopy, UnconfirmedCommits } from "./unconfirmed.ts";

const CONNECT_WAIT_MAX_MS = 1_000;
const RETRY_EVERY_MS = 250;
const RETRIED_AT_ONCE_MAX = 1_000;

/**
 * Keeps ARGV[2] unless a newer version is there. ARGV: version, copy, TTL in ms, deadline in ms since 1970.
 * The deadline stops what a hung Redis finds in its socket minutes later; the TTL bounds what a wrong clock could make of it.
 */
const SET_IF_NEWER = `
local present = redis.call('GET', KEYS[1])
local version = present and tonumber(string.match(present, '^%d+ (%d+) '))
if version and version > tonumber(ARGV[1]) then return 0 end
local time = redis.call('TIME')
local left = tonumber(ARGV[4]) - (time[1] * 1000 + math.floor(time[2] / 1000))
local ttl = math.min(left, tonumber(ARGV[3]))
if ttl <= 0 then return 0 end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ttl)
return 1`;

export type RedisStoreOptions = {
  url: string;
  /** An answer that takes longer is not waited for: Postgres is asked instead. */
  timeoutMs: number;
  /** Bounds every staleness: a process that dies between commit and cache, a slow fill after a flush. */
  ttlMs: number;
};

const connect = (url: string): Redis =>
  new Redis(url, {
    // A command fails at once while there is no connection, and is never sent a second time: the breaker and the retries are ours.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    connectTimeout: 2_000,
    // A connection that owes answers and is silent for so long is replaced.
    socketTimeout: 2_000,
    retryStrategy: (attempt) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000),
    connectionName: "loyalty-engine",
  });

/** Gives the first connection a moment, so that a service that starts does not begin with failures. */
async function waitUntilReady(redis: Redis, log: Logger): Promise<void> {
  try {
    await cutOffAfter(CONNECT_WAIT_MAX_MS, once(redis, "ready"));
  } catch (error) {
    log.warn({ err: error }, "Redis cannot be reached; balances are read from Postgres until it can");
  }
}

/** Copies in Redis, shared by all processes. Starts and serves whether or not Redis does. */
export async function createRedisStore(
  { url, timeoutMs, ttlMs }: RedisStoreOptions,
  log: Logger,
  metrics: CacheMetrics,
): Promise<CopyStore> {
  const redis = connect(url);
  redis.on("error", (error) => log.debug({ err: error }, "the connection to Redis failed"));
  await waitUntilReady(redis, log);
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

  /** True for each copy that Redis has taken or holds a newer one of. */
  async function send(copies: readonly SentCopy[]): Promise<boolean[]> {
    const pipeline = redis.pipeline();
    for (const { key, version, text, committedAt } of copies) {
      pipeline.eval(SET_IF_NEWER, 1, key, version, text, ttlMs, committedAt + ttlMs);
    }
    const answers = (await pipeline.exec()) ?? [];
    const failed = answers.find(([error]) => error !== null)?.[0];
    if (failed && answers.every(([error]) => error !== null)) throw failed;
    return answers.map(([error]) => error === null);
  }

  async function sendAndConfirm(copies: readonly SentCopy[]): Promise<void> {
    const taken = await ask(() => send(copies));
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
      if (!unconfirmed.covers(key)) void ask(() => send([toSent(key, copy, readAt)]));
    },
    commit(committed) {
      const now = Date.now();
      const copies = committed.map(({ key, copy }) => toSent(key, copy, now));
      for (const copy of copies) unconfirmed.add(copy);
      void sendAndConfirm(copies);
    },
    async close() {
      clearInterval(retries);
      breaker.stop();
      redis.disconnect();
    },
  };
}
