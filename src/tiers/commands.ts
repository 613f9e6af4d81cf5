import type { BalanceSummary } from "../ledger/balance.ts";

/**
 * Reviews a member's tier. `due` is the review that `tier_reviews` says is due then, `daily` that of a tier which is reviewed on
 * each local day, `schedule` only sets the next one. Not from outside.
 */
export type ReviewTier = {
  kind: "review_tier";
  memberId: string;
  /** RFC 3339: when it is due. The sums are those as of the local day that ended then. */
  dueAt: string;
  why: "due" | "daily" | "schedule";
};

export type ReviewTierView = { memberId: string; tier: string };

/** Buys one of the program's upgrades with points. `purchaseId` is the caller's. */
export type BuyUpgrade = { kind: "buy_upgrade"; memberId: string; purchaseId: string; hash: string; upgrade: string };

export type BoughtUpgradeView = {
  id: string;
  memberId: string;
  upgrade: string;
  price: { wallet: string; points: number };
  tier: { before: string; after: string };
  balance: BalanceSummary;
};

/** Puts a member into a tier by hand. `key` is that of the request's Idempotency-Key header, null without one. */
export type SetTier = {
  kind: "set_tier";
  memberId: string;
  tier: string;
  /** RFC 3339. */
  until?: string | undefined;
  reason: string;
  actor?: string | undefined;
  key: { id: string; hash: string } | null;
};

export type TierSetView = {
  memberId: string;
  tier: { before: string; after: string };
  since: string;
  until: string | null;
  nextReviewAt: string | null;
  reason: string;
  version: number;
};
