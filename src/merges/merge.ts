import type { EpochDay } from "../core/period.ts";
import type { Instant, WalletState } from "../ledger/state.ts";
import type { Profile } from "../members/member.ts";
import type { TierReview } from "../tiers/review-state.ts";

/** A lot at the target and the lot of the source that it stands for: a row of `merged_lots`. Whole points. */
export type MergedLot = {
  /** At the target. */
  seq: number;
  mergeId: string;
  fromKey: number;
  fromSeq: number;
  /** What came with it. */
  points: number;
  /** What had been taken back and had expired of it before. */
  clawedBack: number;
  expired: number;
};

/** The totals of a wallet, which are added up. */
export type WalletTotals = Pick<WalletState, "accruedTotal" | "clawedBackTotal" | "redeemedTotal" | "expiredTotal">;

/** The next review as it is stored: RFC 3339, null for each local day. */
export type StoredReview = { dueAt: string | null; state: TierReview["state"] };

/** What one day adds to one metric. */
export type MovedDay = { day: EpochDay; metric: string; amount: number };

/** What a merge decided, as far as it takes to undo it. JSON-ready. */
export type MergeEffects = {
  /** By number of the wallet. `debt` moved, `debtPaid` was paid at once. */
  wallets: ({ wallet: number; debt: number; debtPaid: number } & WalletTotals)[];
  activity: MovedDay[];
  /** The target's standing before and after; the source keeps theirs, but for the next review. */
  tier: {
    before: { tier: string; since: string; review: StoredReview | null };
    after: { tier: string; since: string };
    ofSource: StoredReview | null;
  };
  /** What the target's profile lacked. */
  filled: Profile;
  /** The target's, RFC 3339. */
  enrolledAt: { before: string; after: string };
};

/** A row of `merges` to write. */
export type MergeRow = {
  id: string;
  fromKey: number;
  mergedAt: Instant;
  reason: string;
  actor: string | null;
  effects: MergeEffects;
  lots: readonly MergedLot[];
};

/** The row of a merge that is undone. */
export type UnmergeRow = {
  id: string;
  fromKey: number;
  undoneAt: Instant;
  reason: string;
  actor: string | null;
  lots: readonly MergedLot[];
};

/** What of the rows that moved is no longer what it was. */
export type MovedRows = "orders" | "coupons" | "redemptions";

/** A merge as it is read to be undone. */
export type StoredMerge = { effects: MergeEffects; lots: readonly MergedLot[]; changed: readonly MovedRows[] };

/** What the decision to merge, or to undo it, knows beside the two members. */
export type MergeFacts = {
  /** Redemptions of the source that may still be fulfilled, cancelled or expire. */
  openRedemptions: number;
  /** The rule sets that gave the source's lots, by number of the lot. */
  ruleSets: ReadonlyMap<number, number>;
  /** Null before the merge. */
  stored: StoredMerge | null;
};
