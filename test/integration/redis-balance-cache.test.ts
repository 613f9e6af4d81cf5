import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { pino } from "pino";
import { afterEach, describe, expect, inject, test, vi } from "vitest";
import type { BalanceCache, CacheMetrics, CommittedBalance } from "../../src/cache/balance-cache.ts";
import { balanceKey } from "../../src/cache/cached-balances.ts";
import { createBalanceCache } from "../../src/cache/create-balance-cache.ts";
import { openGuardedRedis } from "../../src/cache/guarded-redis.ts";
import type { Balance } from "../../src/ledger/balance.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { type ReadBalance, WrittenBalance } from "../../src/ledger/written-balance.ts";
import { freePort } from "../support/free-port.ts";
import { hasRedis, takeRedisDatabase } from "../support/redis.ts";
import { redisProgram, startRedisProcess } from "../support/test-redis.ts";

const PROGRAM = 7;
const KEY = balanceKey(PROGRAM, "m");
const READ = { programId: PROGRAM, memberId: "m", now: Date.parse("2026-06-01T00:00:00Z") };
/** A cut-off answer, a turn of the event loop and the test's own noise on a busy machine. */
const CUT_OFF_MS = 20;
const QUICK_MS = 1_000;

const balanceOf = (version: number): Balance => ({ memberId: "m", tier: "bronze", wallets: {}, version, asOf: "2026-06-01T00:00:00.000Z" });
const dated = (version: number, nextChangeAt = NEVER): ReadBalance => ({ balance: WrittenBalance.of(balanceOf(version)), nextChangeAt });
const committed = (version: number, balance: Balance | null = balanceOf(version)): CommittedBalance[] => [
  { memberId: "m", version, balance },
];

function countingMetrics() {
  const counts = { hits: 0, misses: 0, errors: 0, breakerOpen: 0 };
  const metrics: CacheMetrics = {
    cacheHits: { inc: () => void counts.hits++ },
    cacheMisses: { inc: () => void counts.misses++ },
    cacheErrors: { inc: () => void counts.errors++ },
    cacheBreakerOpen: {
      set: (value) => {
        counts.breakerOpen = value;
      },
    },
  };
  return { counts, metrics };
}

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** With a patience that a busy machine does not exhaust, where the cut-off is not what is tested. */
async function cacheOn(url: string, timeoutMs = 2_000) {
  const { counts, metrics } = countingMetrics();
  const log = pino({ level: "silent" });
  const redis = await openGuardedRedis({ url, timeoutMs }, log, metrics);
  closing.push(() => redis.close());
  const cache = createBalanceCache({ BALANCE_CACHE_SIZE: 100, BALANCE_CACHE_TTL_SECONDS: 60, WEB_CONCURRENCY: 1 }, { redis, log, metrics });
  closing.push(() => cache.close());
  return { cache, counts };
}

async function sharedRedis() {
  const url = await takeRedisDatabase();
  const redis = new Redis(url);
  closing.push(() => redis.disconnect());
  return { url, redis };
}

/** A Redis of the test's own, which it may stop. */
async function ownRedis() {
  const program = redisProgram() ?? expect.fail("there is no redis-server on the path");
  const port = await freePort();
  const server = await startRedisProcess(program, port);
  closing.push(() => server.kill());
  const redis = new Redis(server.url);
  const pid = Number(/process_id:(\d+)/.exec(await redis.info("server"))?.[1]);
  redis.disconnect();
  const restart = async () => {
    const again = await startRedisProcess(program, port);
    closing.push(() => again.kill());
  };
  return { url: server.url, pid, restart, kill: () => server.kill() };
}

/** Waits for what happens in the background. */
async function eventually(isTrue: () => boolean | Promise<boolean>, limitMs = 5_000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!(await isTrue())) {
    if (Date.now() > end) expect.fail(`not within ${limitMs} ms`);
    await sleep(10);
  }
}

const readVersion = async (cache: BalanceCache, inDatabase: number) => (await cache.read(READ, async () => dated(inDatabase))).version;
/** What the cache holds, without an answer from the database. */
const holdsVersion = async (cache: BalanceCache, version: number) => (await readVersion(cache, 0)) === version;

async function timed<T>(work: () => Promise<T>): Promise<{ answer: T; ms: number }> {
  const start = performance.now();
  const answer = await work();
  return { answer, ms: performance.now() - start };
}

describe.skipIf(!hasRedis())("balances in Redis", () => {
  test("a copy is shared by processes, carries its member's key and ends within a minute", async () => {
    const { url, redis } = await sharedRedis();
    const one = await cacheOn(url);
    const other = await cacheOn(url);

    expect(await readVersion(one.cache, 1)).toBe(1);
    await eventually(async () => (await redis.exists(KEY)) === 1);

    expect(await readVersion(other.cache, 99)).toBe(1);
    expect(other.counts).toMatchObject({ hits: 1, misses: 0, errors: 0 });
    expect(KEY).toBe("bal:{1:7:m}");
    const ttl = await redis.pttl(KEY);
    expect(ttl).toBeGreaterThan(50_000);
    expect(ttl).toBeLessThanOrEqual(60_000);
  });

  test("a commit is seen at once by the process that made it, and by others as soon as Redis has it", async () => {
    const { url, redis } = await sharedRedis();
    const one = await cacheOn(url);
    const other = await cacheOn(url);
    one.cache.committed(PROGRAM, committed(1));
    await eventually(async () => (await redis.exists(KEY)) === 1);

    one.cache.committed(PROGRAM, committed(2));
    expect(await readVersion(one.cache, 2)).toBe(2);

    await eventually(async () => (await redis.get(KEY))?.startsWith("2 2 ") === true);
    expect(await readVersion(other.cache, 99)).toBe(2);
  });

  test("a process whose clock has gone back by hours reads what it has committed, and leaves no older copy to others", async () => {
    const { url, redis } = await sharedRedis();
    const { cache } = await cacheOn(url);
    cache.committed(PROGRAM, committed(1));
    await eventually(async () => (await redis.exists(KEY)) === 1);
    const rightNow = Date.now;
    closing.push(vi.spyOn(Date, "now").mockImplementation(() => rightNow() - 12 * 3_600_000).mockRestore);

    cache.committed(PROGRAM, committed(2));

    await eventually(async () => (await redis.exists(KEY)) === 0);
    expect(await readVersion(cache, 2)).toBe(2);
  });

  test("of commits that reach Redis in any order the newest stays", async () => {
    const { url, redis } = await sharedRedis();
    const caches = await Promise.all([cacheOn(url), cacheOn(url), cacheOn(url)]);
    const versions = [...Array(60).keys()].map((i) => ((i * 37) % 60) + 1); // each of 1 to 60 once, mixed

    for (const [i, version] of versions.entries()) caches[i % 3]?.cache.committed(PROGRAM, committed(version));
    await eventually(async () => (await redis.get(KEY))?.startsWith("2 60 ") === true);
    await sleep(50);

    expect((await redis.get(KEY))?.startsWith("2 60 ")).toBe(true);
  });

  test.each([{ balance: balanceOf(2) }, { balance: null }])(
    "a slow fill of one process cannot overwrite a commit of another ($balance)",
    async ({ balance }) => {
      const { url, redis } = await sharedRedis();
      const slow = await cacheOn(url);
      const writer = await cacheOn(url);
      const load = Promise.withResolvers<ReadBalance>();
      const early = slow.cache.read(READ, () => load.promise);
      await eventually(() => slow.counts.misses === 1);
      writer.cache.committed(PROGRAM, committed(2, balance));
      await eventually(async () => (await redis.exists(KEY)) === 1);

      load.resolve(dated(1));
      expect((await early).version).toBe(1);
      await sleep(50);

      expect((await redis.get(KEY))?.startsWith("2 2 ")).toBe(true);
      expect(await readVersion(slow.cache, 2)).toBe(2);
    },
  );

  test("a tombstone is filled by the next read, also of the same version", async () => {
    const { url, redis } = await sharedRedis();
    const writer = await cacheOn(url);
    const { cache, counts } = await cacheOn(url);
    writer.cache.committed(PROGRAM, committed(3, null));
    await eventually(async () => (await redis.get(KEY)) === "2 3 - -");

    expect(await readVersion(cache, 3)).toBe(3);
    await eventually(async () => (await redis.get(KEY)) !== "2 3 - -");

    expect(await holdsVersion(cache, 3)).toBe(true);
    expect(counts).toMatchObject({ hits: 1, misses: 1, errors: 0 });
  });

  test("past the next activation or expiry a copy does not answer", async () => {
    const { url, redis } = await sharedRedis();
    const { cache } = await cacheOn(url);
    await cache.read(READ, async () => dated(1, READ.now + 1_000));
    await eventually(async () => (await redis.exists(KEY)) === 1);

    expect((await cache.read({ ...READ, now: READ.now + 999 }, async () => dated(2))).version).toBe(1);
    expect((await cache.read({ ...READ, now: READ.now + 1_000 }, async () => dated(2))).version).toBe(2);
  });

  test("one flight per key: fifty readers at once cause one load", async () => {
    const { url } = await sharedRedis();
    const { cache, counts } = await cacheOn(url);
    let loads = 0;
    const load = async () => {
      loads += 1;
      await sleep(20);
      return dated(1);
    };

    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.read(READ, load)));

    expect(loads).toBe(1);
    expect(answers.map(({ version }) => version)).toEqual(Array(50).fill(1));
    expect(counts.misses).toBe(1);
  });

  test("a flush changes no answer, and the cache fills again", async () => {
    const { url, redis } = await sharedRedis();
    const writer = await cacheOn(url);
    const { cache, counts } = await cacheOn(url);
    writer.cache.committed(PROGRAM, committed(4));
    await eventually(async () => (await redis.exists(KEY)) === 1);

    await redis.flushdb();

    expect(await readVersion(cache, 4)).toBe(4);
    await eventually(async () => (await redis.exists(KEY)) === 1);
    expect(await holdsVersion(cache, 4)).toBe(true);
    expect(counts.errors).toBe(0);
  });

  test.each(["nonsense", "2 9 - {}", '1 9 - {"broken"'])("what is not a copy (%j) does not answer and is replaced", async (text) => {
    const { url, redis } = await sharedRedis();
    const { cache } = await cacheOn(url);
    await redis.set(KEY, text);

    expect(await readVersion(cache, 9)).toBe(9);
    await eventually(async () => (await redis.get(KEY))?.endsWith('"}') === true);

    expect(await holdsVersion(cache, 9)).toBe(true);
  });

  test("a key of another type answers nothing and breaks nothing", async () => {
    const { url, redis } = await sharedRedis();
    const { cache } = await cacheOn(url);
    await redis.hset(KEY, "field", "value");

    cache.committed(PROGRAM, committed(2));

    expect(await readVersion(cache, 2)).toBe(2);
  });
});

describe.skipIf(redisProgram() === undefined || inject("redisUrl") === "")("a Redis that fails", () => {
  test("hung, it is cut off, then left alone, and old copies do not come back with it", async () => {
    const { url, pid } = await ownRedis();
    const { cache, counts } = await cacheOn(url, CUT_OFF_MS);
    cache.committed(PROGRAM, committed(1));
    await eventually(async () => holdsVersion(cache, 1));

    process.kill(pid, "SIGSTOP");
    closing.push(() => process.kill(pid, "SIGCONT"));
    const cutOff = await timed(() => readVersion(cache, 1));
    expect(cutOff.answer).toBe(1);
    expect(cutOff.ms).toBeGreaterThanOrEqual(CUT_OFF_MS - 1);
    expect(cutOff.ms).toBeLessThan(QUICK_MS);

    for (let i = 0; counts.breakerOpen === 0 && i < 10; i += 1) await readVersion(cache, 1);
    expect(counts.breakerOpen).toBe(1);
    const { ms } = await timed(async () => {
      for (let i = 0; i < 100; i += 1) expect(await readVersion(cache, 1)).toBe(1);
    });
    expect(ms).toBeLessThan(QUICK_MS);

    cache.committed(PROGRAM, committed(2));
    expect(await readVersion(cache, 2)).toBe(2);
    process.kill(pid, "SIGCONT");
    await eventually(() => counts.breakerOpen === 0);

    // Redis still holds version 1 until the commit has been sent again.
    expect(await readVersion(cache, 2)).toBe(2);
    await eventually(async () => holdsVersion(cache, 2));
  });

  test("killed and started again, it changes no answer and is used again", async () => {
    const { url, kill, restart } = await ownRedis();
    const { cache, counts } = await cacheOn(url, CUT_OFF_MS);
    cache.committed(PROGRAM, committed(1));
    await eventually(async () => holdsVersion(cache, 1));

    await kill();
    for (let version = 2; version <= 30; version += 1) {
      cache.committed(PROGRAM, committed(version));
      expect(await readVersion(cache, version)).toBe(version);
    }
    expect(counts.breakerOpen).toBe(1);

    await restart();
    await eventually(() => counts.breakerOpen === 0, 10_000);
    await eventually(async () => holdsVersion(cache, 30));
  });

  test("away at the start, it keeps nothing from starting, and is used when it comes", async () => {
    const program = redisProgram() ?? expect.fail("there is no redis-server on the path");
    const port = await freePort();
    const { cache } = await cacheOn(`redis://127.0.0.1:${port}`, CUT_OFF_MS);
    expect(await readVersion(cache, 1)).toBe(1);

    const server = await startRedisProcess(program, port);
    closing.push(() => server.kill());

    await eventually(async () => {
      await readVersion(cache, 1);
      return holdsVersion(cache, 1);
    }, 10_000);
  });
});
