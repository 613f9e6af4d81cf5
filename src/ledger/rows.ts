import { assert } from "../core/assert.ts";
import { SOURCE_KIND_NAMES } from "./accounts.ts";
import { type Instant, type LotState, NEVER, type WalletState } from "./state.ts";

/** What rows of `accounts` and `lots` look like when they are read, and how they become the ledger's own types. */

export type WalletColumns = {
  available: number;
  pending: number;
  held: number;
  debt: number;
  accrued_total: number;
  clawed_back_total: number;
  redeemed_total: number;
  expired_total: number;
};

/** In the order of `WalletColumns`. */
export const WALLET_COLUMNS = [
  "available",
  "pending",
  "held",
  "debt",
  "accrued_total",
  "clawed_back_total",
  "redeemed_total",
  "expired_total",
] as const satisfies (keyof WalletColumns)[];

export const toWallet = (row: WalletColumns): WalletState => ({
  available: row.available,
  pending: row.pending,
  held: row.held,
  debt: row.debt,
  accruedTotal: row.accrued_total,
  clawedBackTotal: row.clawed_back_total,
  redeemedTotal: row.redeemed_total,
  expiredTotal: row.expired_total,
});

/** pg gives `Infinity` for the timestamp infinity; it and null are never. */
export const toInstant = (at: Date | number | null): Instant => (at instanceof Date ? at.getTime() : NEVER);

/** A row of `lots`. */
export type StoredLot = {
  member_key: number;
  seq: number;
  wallet: number;
  granted: number;
  remaining: number;
  held: number;
  clawed_back: number;
  expired: number;
  is_pending: boolean;
  occurred_at: Date;
  available_at: Date | number;
  expires_at: Date | number;
  source_kind: number;
  source_id: string;
  rule: string | null;
};

/** The columns of `StoredLot`, of the table `l`. */
export const LOT_COLUMNS = `l.member_key, l.seq, l.wallet, l.granted, l.remaining, l.held, l.clawed_back, l.expired, l.is_pending,
       l.occurred_at, l.available_at, l.expires_at, l.source_kind, l.source_id, l.rule`;

export function toLot(row: StoredLot): LotState {
  const kind = SOURCE_KIND_NAMES.get(row.source_kind);
  assert(kind !== undefined, "the source of a stored lot is known");
  return {
    seq: row.seq,
    wallet: row.wallet,
    granted: row.granted,
    remaining: row.remaining,
    held: row.held,
    clawedBack: row.clawed_back,
    expired: row.expired,
    isPending: row.is_pending,
    occurredAt: row.occurred_at.getTime(),
    availableAt: toInstant(row.available_at),
    expiresAt: toInstant(row.expires_at),
    source: { kind, id: row.source_id },
    rule: row.rule,
  };
}
