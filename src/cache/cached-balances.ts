import { NEVER } from "../ledger/state.ts";
import { type ReadBalance, WrittenBalance } from "../ledger/written-balance.ts";
import type { BalanceCache, BalanceCopy, CachedRead, CacheMetrics, CopyStore } from "./balance-cache.ts";

/** The length says where the program ends, and the braces keep a member's keys on one node of a cluster. */
export function balanceKey(programId: number, memberId: string): string {
  const program = String(programId);
  return `bal:{${program.length}:${program}:${memberId}}`;
}

type Fetch = { key: string; memberId: string; now: number };

/** A cache of balances over a store of copies. */
export function cachedBalances(store: CopyStore, metrics: CacheMetrics): BalanceCache {
  /** Readers of a key that has a flight join it. A commit takes the flight away: whoever asks after it must see it. */
  const flights = new Map<string, Promise<WrittenBalance>>();

  const holds = (copy: BalanceCopy | undefined, now: number): copy is BalanceCopy & { balance: WrittenBalance } =>
    copy !== undefined && copy.balance !== null && now < copy.nextChangeAt;

  /** Ends its own flight. The first look at the store is awaited, so the flight is known by then. */
  async function fetch({ key, memberId, now }: Fetch, load: () => Promise<ReadBalance>, isCurrent: () => boolean): Promise<WrittenBalance> {
    try {
      const copy = await store.get(key);
      if (holds(copy, now)) {
        metrics.cacheHits.inc();
        return copy.balance;
      }
      metrics.cacheMisses.inc();
      const readAt = performance.now();
      const { balance, nextChangeAt } = await load();
      // A commit came in between: what was loaded may be older than it, and its own copy or tombstone may be evicted by now. The balance of
      // the member whom an alias stands for is kept under their own id only: their commits know no other.
      if (isCurrent() && balance.memberId === memberId) store.fill(key, { version: balance.version, nextChangeAt, balance }, readAt);
      return balance;
    } finally {
      if (isCurrent()) flights.delete(key);
    }
  }

  return {
    read({ programId, memberId, now }: CachedRead, load) {
      const key = balanceKey(programId, memberId);
      const near = store.near(key);
      if (holds(near, now)) {
        metrics.cacheHits.inc();
        return near.balance;
      }
      const joined = flights.get(key);
      if (joined !== undefined) return joined;
      const isCurrent = () => flights.get(key) === flight;
      const flight: Promise<WrittenBalance> = fetch({ key, memberId, now }, load, isCurrent);
      flights.set(key, flight);
      return flight;
    },

    committed(programId, balances) {
      const copies = balances.map(({ memberId, version, balance }) => ({
        key: balanceKey(programId, memberId),
        copy: { version, nextChangeAt: NEVER, balance: balance && WrittenBalance.of(balance) },
      }));
      for (const { key } of copies) flights.delete(key);
      store.commit(copies);
    },

    ping: () => store.ping(),
    close: () => store.close(),
  };
}
