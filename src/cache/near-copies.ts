import type { BalanceCopy, CopyStore } from "./balance-cache.ts";
import type { Changes } from "./changes.ts";
import type { MemoryStore } from "./memory.ts";

/**
 * Copies in this process before those in a store that is shared, for as long as the changes of other processes are heard: then a copy is
 * at most HEARD_WITHIN_MS behind the store. A line that broke costs all of them.
 */
export function nearCopies(far: CopyStore, near: MemoryStore, changes: Changes): CopyStore {
  changes.listen({ changed: near.outdate, broken: near.clear });

  /** A change that came before anything was heard may be one of what was read before it. */
  const keep = (key: string, copy: BalanceCopy, readAt: number): void => {
    const since = changes.unbrokenSince();
    if (since !== undefined && since <= readAt) near.fill(key, copy, readAt);
  };

  return {
    near: (key) => (changes.isCurrent() ? near.near(key) : undefined),
    async get(key) {
      const readAt = performance.now();
      const copy = await far.get(key);
      if (copy !== undefined) keep(key, copy, readAt);
      return copy;
    },
    fill(key, copy, readAt) {
      keep(key, copy, readAt);
      far.fill(key, copy, readAt);
    },
    commit(copies) {
      if (changes.unbrokenSince() !== undefined) near.commit(copies);
      far.commit(copies);
    },
    ping: () => far.ping(),
    async close() {
      changes.close();
      near.clear();
      await far.close();
    },
  };
}
