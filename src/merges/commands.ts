import type { BalanceSummary } from "../ledger/balance.ts";

/** Makes one member's id an alias of another, who gets all that is theirs. `mergeId` is the caller's. */
export type MergeMembers = {
  kind: "merge_members";
  /** The target: who goes on. */
  memberId: string;
  /** The source: whose id becomes an alias. */
  from: string;
  mergeId: string;
  hash: string;
  reason: string;
  actor?: string | undefined;
};

/** Undoes a merge: `memberId` and `from` are those of its row. */
export type UnmergeMembers = {
  kind: "unmerge_members";
  memberId: string;
  from: string;
  mergeId: string;
  hash: string;
  reason: string;
  actor?: string | undefined;
};

/** What moved of one wallet. `debtPaid` is what of the debts of both was paid at once from what they have together. */
export type MovedPoints = { available: number; pending: number; debt: number; debtPaid: number };

export type MergeView = {
  id: string;
  from: string;
  into: string;
  reason: string;
  actor: string | null;
  mergedAt: string;
  /** By wallet; wallets in which nothing moved are absent. */
  moved: Record<string, MovedPoints>;
  /** The target's. */
  tier: { before: string; after: string };
  balance: BalanceSummary;
  /** Null for as long as it stands. */
  undone: { at: string; reason: string; actor: string | null } | null;
};

export type UnmergeView = {
  mergeId: string;
  from: string;
  into: string;
  reason: string;
  actor: string | null;
  undoneAt: string;
  /** Of each of the two, as it is again. */
  members: { id: string; tier: string; balance: BalanceSummary }[];
};
