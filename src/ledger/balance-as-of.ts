import { ACCOUNTS, ENTRY_KINDS } from "./accounts.ts";
import type { MemberAccounts, OpenLot, OpenPoints } from "./balance-from-lots.ts";
import { type StoredHold, toHold } from "./hold-rows.ts";
import { type StoredLot, toInstant } from "./rows.ts";
import { emptyWallet, type HoldState, type Instant, type WalletState } from "./state.ts";

/** Points that moved in one way. */
export type MovedPoints = { wallet: number; kind: number; from_account: number; to_account: number; points: number };

/** A lot with what its uses within the window left of it. */
export type HistoricLot = Pick<StoredLot, "seq" | "wallet" | "remaining" | "held" | "is_pending" | "available_at" | "expires_at">;

export type History = { moved: MovedPoints[]; lots: HistoricLot[]; holds: StoredHold[]; tier: string | null; version: number };

/** The clock has to be asked: what was due by then may not have been booked by then. */
const DUE = Number.NEGATIVE_INFINITY;

/**
 * Pending is what no activation was booked for, and what was not due yet: an order that came late found its points
 * available at once, but at the moment that is asked for they were not.
 */
const toOpenLot = (row: HistoricLot, at: Instant): OpenLot => ({
  seq: row.seq,
  wallet: row.wallet,
  remaining: row.remaining,
  held: row.held,
  isPending: row.is_pending || toInstant(row.available_at) > at,
  availableAt: toInstant(row.available_at),
  expiresAt: toInstant(row.expires_at),
});

/** Points moved into an account less those moved out of it. */
function balanceOf(moved: readonly MovedPoints[], account: number): number {
  return moved.reduce((sum, { from_account, to_account, points }) => {
    if (to_account === account) return sum + points;
    return from_account === account ? sum - points : sum;
  }, 0);
}

function movedAs(moved: readonly MovedPoints[], ...kinds: readonly number[]): number {
  return moved.reduce((sum, { kind, points }) => (kinds.includes(kind) ? sum + points : sum), 0);
}

/**
 * A wallet from what moved in it. What is available and pending is what its lots hold: a movement that is dated before
 * the lot it took from counts once the lot is there, so that no moment of the past shows less than nothing.
 */
function walletOf(moved: readonly MovedPoints[], lots: readonly OpenLot[]): WalletState {
  const remaining = (isPending: boolean) => lots.reduce((sum, lot) => (lot.isPending === isPending ? sum + lot.remaining : sum), 0);
  const held = balanceOf(moved, ACCOUNTS.held);
  return {
    ...emptyWallet(),
    available: remaining(false) - held,
    pending: remaining(true),
    held,
    debt: Math.max(0, -balanceOf(moved, ACCOUNTS.debt)),
    accruedTotal: movedAs(moved, ENTRY_KINDS.accrual, ENTRY_KINDS.opening),
    clawedBackTotal: movedAs(moved, ENTRY_KINDS.clawback, ENTRY_KINDS.debt_incurred),
    redeemedTotal: balanceOf(moved, ACCOUNTS.redeemed),
    expiredTotal: balanceOf(moved, ACCOUNTS.breakage),
  };
}

/** A hold as it was before it was resolved. */
const asOpen = (row: StoredHold): HoldState => ({ ...toHold(row), status: "open", captured: 0, resolvedAt: null });

/** Whose history, the tier of whoever had none yet, and the instant that is asked for. */
export type PastOf = { memberId: string; firstTier: string; at: Instant };

/** A member's accounts as the journal shows them, for `balanceFromLots` to bring to the instant `at`. */
export function accountsFromHistory(history: History, { memberId, firstTier, at }: PastOf): { member: MemberAccounts; open: OpenPoints } {
  const lots = history.lots.map((lot) => toOpenLot(lot, at));
  const movedByWallet = Map.groupBy(history.moved, ({ wallet }) => wallet);
  const wallets = [...movedByWallet].map(([wallet, moved]) => {
    const own = lots.filter((lot) => lot.wallet === wallet);
    return [wallet, walletOf(moved, own)] as const;
  });
  const { version, tier } = history;
  return {
    member: { memberId, tier: tier ?? firstTier, version, nextChangeAt: DUE, wallets: new Map(wallets) },
    open: { lots, holds: history.holds.map(asOpen) },
  };
}
