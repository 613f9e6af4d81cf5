/** Whom a bulk grant is for: exactly one of these. Instants are RFC 3339; `to` does not belong to the period. */
export type Recipients = {
  buyersOf?: { skus: string[]; from: string; to: string } | undefined;
  segment?: string | undefined;
  memberIds?: string[] | undefined;
};

/** Whole points for each member; `expiry` absent: as the wallet's points expire. */
export type GivenPoints = { wallet: string; points: number; expiry?: string | undefined };

/** What each of them gets: exactly one of these. */
export type BulkGift = { points?: GivenPoints | undefined; coupon?: string | undefined };

export const BULK_GRANT_STATUSES = ["running", "done", "cancelled"] as const;
export type BulkGrantStatus = (typeof BULK_GRANT_STATUSES)[number];

/** What a decision needs of a grant, and whether it has reached the member already. */
export type BulkGrantState = { id: string; status: BulkGrantStatus; gives: BulkGift; isReached: boolean };

/** A bulk grant as the API shows it. `granted` and `refused` count members. */
export type BulkGrantView = {
  id: string;
  status: BulkGrantStatus | "dry_run";
  reason: string;
  actor: string;
  to: Recipients;
  give: BulkGift;
  granted: number;
  refused: number;
  /** Of a dry run: how many members it would be for now. */
  members?: number | undefined;
  createdAt: string;
  endedAt: string | null;
};
