import { assert } from "../core/assert.ts";
import type { MemberAccounts, OpenLot } from "./balance-from-lots.ts";
import { type Instant, NEVER, type WalletState } from "./state.ts";

/** A row of `accounts` with its member's id. */
export type AccountRow = {
  member_key: number;
  id: string;
  wallet: number;
  available: number;
  pending: number;
  held: number;
  debt: number;
  accrued_total: number;
  clawed_back_total: number;
  redeemed_total: number;
  expired_total: number;
  version: number;
  tier: string | null;
  next_change_at: Date | null;
};

/** A row of `lots`; pg gives `Infinity` for a lot that never expires. */
export type OpenLotRow = {
  member_key: number;
  seq: number;
  wallet: number;
  remaining: number;
  is_pending: boolean;
  available_at: Date;
  expires_at: Date | number;
};

/** What was read of one member: the account of each wallet, and open lots where some of them will change. */
export type MemberRows = { accounts: AccountRow[]; lots: OpenLotRow[] };

/** The wallet whose row carries what the member has once: version, tier, next change. */
export const FIRST_WALLET = 1;

const toInstant = (at: Date | number): Instant => (typeof at === "number" ? at : at.getTime());

const toWallet = (row: AccountRow): WalletState => ({
  available: row.available,
  pending: row.pending,
  held: row.held,
  debt: row.debt,
  accruedTotal: row.accrued_total,
  clawedBackTotal: row.clawed_back_total,
  redeemedTotal: row.redeemed_total,
  expiredTotal: row.expired_total,
});

const toOpenLot = (row: OpenLotRow): OpenLot => ({
  seq: row.seq,
  wallet: row.wallet,
  remaining: row.remaining,
  isPending: row.is_pending,
  availableAt: row.available_at.getTime(),
  expiresAt: toInstant(row.expires_at),
});

/** Rows as the ledger's own types. Stops on a member without a first account or a tier: no command leaves one. */
export function toMemberAccounts({ accounts, lots }: MemberRows): { member: MemberAccounts; lots: OpenLot[] } {
  const first = accounts.find((row) => row.wallet === FIRST_WALLET);
  assert(first !== undefined, "a member has an account of the program's first wallet");
  assert(first.tier !== null, "a member's first account carries the tier");
  const member = {
    memberId: first.id,
    tier: first.tier,
    version: first.version,
    nextChangeAt: first.next_change_at === null ? NEVER : toInstant(first.next_change_at),
    wallets: new Map(accounts.map((row) => [row.wallet, toWallet(row)])),
  };
  return { member, lots: lots.map(toOpenLot) };
}
