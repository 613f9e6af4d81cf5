import { LRUCache } from "lru-cache";
import type { BalanceCopy, CopyStore } from "./balance-cache.ts";

/** Copies in this process, for a service of one process. */
export function createMemoryStore({ copiesMax, ttlMs }: { copiesMax: number; ttlMs: number }): CopyStore {
  // The clock that `readAt` is taken from, so that ages add up; it never jumps.
  const copies = new LRUCache<string, BalanceCopy>({ max: copiesMax, ttl: ttlMs, perf: { now: () => performance.now() } });

  function setIfNewer(key: string, copy: BalanceCopy, ttl: number): void {
    const present = copies.peek(key);
    if (ttl > 0 && (present === undefined || present.version <= copy.version)) copies.set(key, copy, { ttl });
  }

  return {
    near: (key) => copies.get(key),
    get: async (key) => copies.get(key),
    fill: (key, copy, readAt) => setIfNewer(key, copy, ttlMs - (performance.now() - readAt)),
    commit(committed) {
      for (const { key, copy } of committed) setIfNewer(key, copy, ttlMs);
    },
    ping: async () => undefined,
    close: async () => copies.clear(),
  };
}
