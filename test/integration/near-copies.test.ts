import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { pino } from "pino";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { balanceKey } from "../../src/cache/cached-balances.ts";
import { hearChanges } from "../../src/cache/changes.ts";
import { CHANGES_CHANNEL, encodeCopy } from "../../src/cache/copy-format.ts";
import { createBalanceCache } from "../../src/cache/create-balance-cache.ts";
import { openGuardedRedis } from "../../src/cache/guarded-redis.ts";
import type { Balance } from "../../src/ledger/balance.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { WrittenBalance } from "../../src/ledger/written-balance.ts";
import { type OwnRedis, startOwnRedis } from "../support/own-redis.ts";
import { hasRedis } from "../support/redis.ts";

const PROGRAM = 7;
const KEY = balanceKey(PROGRAM, "m");
const READ = { programId: PROGRAM, memberId: "m", now: Date.parse("2026-06-01T00:00:00Z") };

const balanceOf = (version: number): Balance => ({ memberId: "m", tier: "bronze", wallets: {}, version, asOf: "2026-06-01T00:00:00.000Z" });
const copyOf = (version: number) => encodeCopy({ version, nextChangeAt: NEVER, balance: WrittenBalance.of(balanceOf(version)) });

/** The cache of one process, and how often it had to ask the database, which has version 0. */
async function startProcess(redisUrl: string) {
  const log = pino({ level: "silent" });
  const nothing = { inc: () => undefined, set: () => undefined };
  const metrics = { cacheHits: nothing, cacheMisses: nothing, cacheErrors: nothing, cacheBreakerOpen: nothing };
  const redis = await openGuardedRedis({ url: redisUrl, timeoutMs: 500 }, log, metrics);
  const changes = await hearChanges({ url: redisUrl, redis, log });
  const cache = createBalanceCache(
    { BALANCE_CACHE_SIZE: 100, BALANCE_CACHE_TTL_SECONDS: 60, WEB_CONCURRENCY: 1 },
    { redis, changes, log, metrics },
  );
  onTestFinished(async () => {
    await cache.close();
    redis.close();
  });
  await vi.waitFor(() => expect(changes.isCurrent()).toBe(true), 5_000);
  return {
    changes,
    version: async () => (await cache.read(READ, async () => ({ balance: WrittenBalance.of(balanceOf(0)), nextChangeAt: NEVER }))).version,
    commits: (version: number) => cache.committed(PROGRAM, [{ memberId: "m", version, balance: balanceOf(version) }]),
  };
}

async function startRedis(): Promise<{ server: OwnRedis; redis: Redis }> {
  const server = await startOwnRedis();
  onTestFinished(() => server.close());
  const redis = new Redis(server.url);
  redis.on("error", () => undefined);
  onTestFinished(() => redis.disconnect());
  return { server, redis };
}

describe.skipIf(!hasRedis())("copies in a process before those in Redis", () => {
  test("are answered without Redis until another process writes, whose write comes at once", async () => {
    const { redis, server } = await startRedis();
    const [reader, writer] = [await startProcess(server.url), await startProcess(server.url)];
    writer.commits(3);
    await vi.waitFor(async () => expect(await redis.exists(KEY)).toBe(1));
    expect(await reader.version()).toBe(3);

    await redis.del(KEY);
    expect(await reader.version()).toBe(3);

    writer.commits(4);
    await vi.waitFor(async () => expect(await reader.version()).toBe(4));
  });

  test("a copy that comes late from Redis does not take the place of a change that was heard meanwhile", async () => {
    const { redis, server } = await startRedis();
    const reader = await startProcess(server.url);
    await redis.publish(CHANGES_CHANNEL, `5 ${KEY}`);
    await redis.set(KEY, copyOf(4));
    await sleep(50);

    expect(await reader.version()).toBe(4);
    await redis.set(KEY, copyOf(5));
    expect(await reader.version()).toBe(5);
    await redis.del(KEY);
    expect(await reader.version()).toBe(5);
  });

  test("are not trusted while Redis hangs", async () => {
    const { server } = await startRedis();
    const reader = await startProcess(server.url);
    reader.commits(3);
    expect(await reader.version()).toBe(3);

    server.signal("SIGSTOP");
    onTestFinished(() => server.signal("SIGCONT"));
    await vi.waitFor(() => expect(reader.changes.isCurrent()).toBe(false), 5_000);

    expect(await reader.version()).toBe(0);
  });

  test("are all forgotten where the line breaks, since a change may have been missed", async () => {
    const { redis, server } = await startRedis();
    const reader = await startProcess(server.url);
    reader.commits(3);
    await vi.waitFor(async () => expect(await redis.exists(KEY)).toBe(1));
    await redis.set(KEY, copyOf(4)); // told to nobody, as while the line was broken
    expect(await reader.version()).toBe(3);

    await redis.call("CLIENT", "KILL", "TYPE", "pubsub");
    await vi.waitFor(() => expect(reader.changes.unbrokenSince()).toBeUndefined());
    expect(await reader.version()).toBe(4);

    await vi.waitFor(() => expect(reader.changes.isCurrent()).toBe(true), 5_000);
    expect(await reader.version()).toBe(4);
  });
});
