import type { Balance } from "../ledger/balance.ts";
import type { ReadBalance, WrittenBalance } from "../ledger/written-balance.ts";

/** What a commit left a member with. */
export type CommittedBalance = {
  memberId: string;
  version: number;
  /** Null where points are pending or expire: the next read computes them, and no older copy can take the place. */
  balance: Balance | null;
};

export type CachedRead = {
  programId: number;
  memberId: string /** The clock that activations and expiries follow, in milliseconds. */;
  now: number;
};

/** Copies of balances: never the truth, never a lock. Without it every answer is the same, only slower. */
export interface BalanceCache {
  /** The copy, or what `load` reads from Postgres. Readers of one member share one flight, until a commit ends it. */
  read(read: CachedRead, load: () => Promise<ReadBalance>): WrittenBalance | Promise<WrittenBalance>;
  /** To be called after each commit and before its answers are sent. Never throws, never waits. */
  committed(programId: number, balances: readonly CommittedBalance[]): void;
  /** Rejects while the store cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

type Count = { inc(): void };

/** The part of the service's metrics that is counted here. */
export type CacheMetrics = {
  cacheHits: Count;
  cacheMisses: Count;
  /** Calls of the store that failed or were cut off. */
  cacheErrors: Count;
  /** 1 while the store is not asked because it keeps failing. */
  cacheBreakerOpen: { set(value: number): void };
};

/** A copy as stores keep it. `balance: null` is a tombstone: it says only that older versions are out of date. */
export type BalanceCopy = { version: number; nextChangeAt: number; balance: WrittenBalance | null };

/** Where copies live, for at most the TTL it was made with. A store that fails says "no copy" and counts the error: no answer depends on it. */
export interface CopyStore {
  /** The copy that this process has itself: asked first, since nothing has to be waited for. */
  near(key: string): BalanceCopy | undefined;
  get(key: string): Promise<BalanceCopy | undefined>;
  /** Keeps a copy of what was read at `readAt` (performance.now()), unless a newer version is there. */
  fill(key: string, copy: BalanceCopy, readAt: number): void;
  /** The same for what was just committed, which must not get lost: `get` gives no older copy from here on. */
  commit(copies: readonly { key: string; copy: BalanceCopy }[]): void;
  /** Rejects while the store cannot be reached. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
