import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { CacheMetrics } from "../../src/cache/balance-cache.ts";
import { balanceKey, cachedBalances } from "../../src/cache/cached-balances.ts";
import { createMemoryStore } from "../../src/cache/memory.ts";
import { uncachedBalances } from "../../src/cache/uncached-balances.ts";
import type { Balance } from "../../src/ledger/balance.ts";
import { NEVER } from "../../src/ledger/state.ts";
import { type ReadBalance, WrittenBalance } from "../../src/ledger/written-balance.ts";

const PROGRAM = 7;
const NOW = Date.parse("2026-06-01T00:00:00Z");
const READ = { programId: PROGRAM, memberId: "m", now: NOW };

const balanceOf = (version: number): Balance => ({ memberId: "m", tier: "bronze", wallets: {}, version, asOf: "2026-06-01T00:00:00.000Z" });
const dated = (version: number, nextChangeAt = NEVER): ReadBalance => ({ balance: WrittenBalance.of(balanceOf(version)), nextChangeAt });

function countingMetrics() {
  const counts = { hits: 0, misses: 0 };
  const metrics: CacheMetrics = {
    cacheHits: { inc: () => void counts.hits++ },
    cacheMisses: { inc: () => void counts.misses++ },
    cacheErrors: { inc: () => undefined },
    cacheBreakerOpen: { set: () => undefined },
  };
  return { counts, metrics };
}

function memoryCache(copiesMax = 100) {
  const { counts, metrics } = countingMetrics();
  return { counts, cache: cachedBalances(createMemoryStore({ copiesMax, ttlMs: 60_000 }), metrics) };
}

describe("balanceKey", () => {
  test("differs for each program and member, whatever the member's id contains", () => {
    const keys = [balanceKey(1, "1:a"), balanceKey(11, "a"), balanceKey(1, "a"), balanceKey(1, "a}"), balanceKey(1, "1")];

    expect(keys[0]).toBe("bal:{1:1:1:a}");
    expect(new Set(keys).size).toBe(keys.length);
  });
});

describe("cachedBalances", () => {
  beforeEach(() => vi.useFakeTimers({ toFake: ["Date", "performance", "setTimeout", "clearTimeout"] }));
  afterEach(() => vi.useRealTimers());

  test("loads on a miss, then answers the copy", async () => {
    const { cache, counts } = memoryCache();
    const load = vi.fn(async () => dated(1));

    expect((await cache.read(READ, load)).toJSON()).toEqual(balanceOf(1));
    expect((await cache.read(READ, load)).toJSON()).toEqual(balanceOf(1));

    expect(load).toHaveBeenCalledTimes(1);
    expect(counts).toEqual({ hits: 1, misses: 1 });
  });

  test("one flight per key: readers at once share one load", async () => {
    const { cache } = memoryCache();
    const load = vi.fn(async () => dated(1));

    const answers = await Promise.all(Array.from({ length: 50 }, () => cache.read(READ, load)));

    expect(load).toHaveBeenCalledTimes(1);
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]?.toJSON()).toEqual(balanceOf(1));
  });

  test("a failed load fails its readers, is not kept and does not end the process", async () => {
    const { cache } = memoryCache();

    await expect(cache.read(READ, () => Promise.reject(new Error("database away")))).rejects.toThrow("database away");

    expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
  });

  test("a commit with its balance is answered without a load", async () => {
    const { cache } = memoryCache();
    cache.committed(PROGRAM, [{ memberId: "m", version: 3, balance: balanceOf(3) }]);
    const load = vi.fn(async () => dated(3));

    expect((await cache.read(READ, load)).toJSON()).toEqual(balanceOf(3));
    expect(load).not.toHaveBeenCalled();
  });

  test("a commit without its balance puts a tombstone: the next read loads", async () => {
    const { cache } = memoryCache();
    await cache.read(READ, async () => dated(1));

    cache.committed(PROGRAM, [{ memberId: "m", version: 2, balance: null }]);

    expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
    expect((await cache.read(READ, () => expect.fail("the copy should have answered"))).toJSON()).toEqual(balanceOf(2));
  });

  test("commits that arrive in the wrong order leave the newest", async () => {
    const { cache } = memoryCache();
    cache.committed(PROGRAM, [{ memberId: "m", version: 5, balance: balanceOf(5) }]);
    cache.committed(PROGRAM, [{ memberId: "m", version: 4, balance: balanceOf(4) }]);

    expect((await cache.read(READ, () => expect.fail("the copy should have answered"))).toJSON()).toEqual(balanceOf(5));
  });

  test.each([{ balance: balanceOf(2) }, { balance: null }])(
    "a slow fill cannot overwrite a commit that came in between ($balance)",
    async ({ balance }) => {
      const { cache } = memoryCache();
      const slow = Promise.withResolvers<ReadBalance>();
      const early = cache.read(READ, () => slow.promise);
      await Promise.resolve();
      cache.committed(PROGRAM, [{ memberId: "m", version: 2, balance }]);

      const afterCommit = cache.read(READ, async () => dated(2));
      slow.resolve(dated(1));

      expect((await early).toJSON()).toEqual(balanceOf(1)); // it began before the commit
      expect((await afterCommit).toJSON()).toEqual(balanceOf(2)); // it did not join that flight
      expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
    },
  );

  test("a slow fill is dropped even when the commit's own copy was evicted meanwhile", async () => {
    const { cache } = memoryCache(1);
    const slow = Promise.withResolvers<ReadBalance>();
    const early = cache.read(READ, () => slow.promise);
    await Promise.resolve();
    cache.committed(PROGRAM, [{ memberId: "m", version: 2, balance: null }]);
    cache.committed(PROGRAM, [{ memberId: "other", version: 9, balance: null }]);
    slow.resolve(dated(1));
    await early;

    expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
  });

  test("past its next change a copy does not answer", async () => {
    const { cache } = memoryCache();
    await cache.read(READ, async () => dated(1, NOW + 1_000));

    expect((await cache.read({ ...READ, now: NOW + 999 }, async () => dated(2))).toJSON()).toEqual(balanceOf(1));
    expect((await cache.read({ ...READ, now: NOW + 1_000 }, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
  });

  test("a copy lives a minute from the moment it was read", async () => {
    const { cache } = memoryCache();
    const slow = Promise.withResolvers<ReadBalance>();
    const first = cache.read(READ, () => slow.promise);
    await Promise.resolve();
    vi.advanceTimersByTime(20_000);
    slow.resolve(dated(1));
    await first;

    vi.advanceTimersByTime(39_000);
    expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(1));
    vi.advanceTimersByTime(2_000);
    expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
  });
});

describe("uncachedBalances", () => {
  test("each read loads, also beside one that began before it: another process may have committed in between", async () => {
    const { counts, metrics } = countingMetrics();
    const cache = uncachedBalances(metrics);
    const slow = Promise.withResolvers<ReadBalance>();
    const before = cache.read(READ, () => slow.promise);
    cache.committed(PROGRAM, [{ memberId: "m", version: 1, balance: balanceOf(1) }]);

    expect((await cache.read(READ, async () => dated(2))).toJSON()).toEqual(balanceOf(2));
    expect((await cache.read(READ, async () => dated(3))).toJSON()).toEqual(balanceOf(3));

    slow.resolve(dated(1));
    expect((await before).toJSON()).toEqual(balanceOf(1));
    expect(counts).toEqual({ hits: 0, misses: 3 });
  });
});
