import { LRUCache } from "lru-cache";
import { atMost } from "../core/at-most.ts";
import { NEVER } from "../ledger/state.ts";
import type { BalanceCopy, CopyStore } from "./balance-cache.ts";

export type MemoryStore = CopyStore & {
  /** A version is known to exist: an older copy is no copy any more, nor is one that comes later. */
  outdate(key: string, version: number): void;
  clear(): void;
};

/** Copies in this process: for a service of one process, and before those that several share. */
export function createMemoryStore({ copiesMax, ttlMs }: { copiesMax: number; ttlMs: number }): MemoryStore {
  // The clock that `readAt` is taken from, so that ages add up; it never jumps.
  const copies = new LRUCache<string, BalanceCopy>({ ...atMost(copiesMax), ttl: ttlMs, perf: { now: () => performance.now() } });

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
    outdate(key, version) {
      if (copies.peek(key)?.version !== version) setIfNewer(key, { version, nextChangeAt: NEVER, balance: null }, ttlMs);
    },
    clear: () => copies.clear(),
    ping: async () => undefined,
    close: async () => copies.clear(),
  };
}
