import { assert } from "../core/assert.ts";
import type { MemberAccounts, OpenLot, OpenPoints } from "./balance-from-lots.ts";
import { type StoredHold, toHold } from "./hold-rows.ts";
import { type StoredLot, toInstant, toWallet, type WalletColumns } from "./rows.ts";

/** A row of `accounts` with its member's id, and the id that was asked for: another one of an alias. */
export type AccountRow = WalletColumns & {
  asked_id: string;
  member_key: number;
  id: string;
  wallet: number;
  version: number;
  tier: string | null;
  next_change_at: Date | null;
};

/** What is read of a row of `lots`. */
export type OpenLotRow = Pick<
  StoredLot,
  "member_key" | "seq" | "wallet" | "remaining" | "held" | "is_pending" | "available_at" | "expires_at"
>;

/** What was read of one member: the account of each wallet, and open lots and holds where some of them will change. */
export type MemberRows = { accounts: AccountRow[]; lots: OpenLotRow[]; holds: StoredHold[] };

/** The wallet whose row carries what the member has once: version, tier, next change. */
export const FIRST_WALLET = 1;

const toOpenLot = (row: OpenLotRow): OpenLot => ({
  seq: row.seq,
  wallet: row.wallet,
  remaining: row.remaining,
  held: row.held,
  isPending: row.is_pending,
  availableAt: toInstant(row.available_at),
  expiresAt: toInstant(row.expires_at),
});

/** Rows as the ledger's own types. Stops on a member without a first account or a tier: no command leaves one. */
export function toMemberAccounts({ accounts, lots, holds }: MemberRows): { member: MemberAccounts; open: OpenPoints } {
  const first = accounts.find((row) => row.wallet === FIRST_WALLET);
  assert(first !== undefined, "a member has an account of the program's first wallet");
  assert(first.tier !== null, "a member's first account carries the tier");
  const member = {
    memberId: first.id,
    tier: first.tier,
    version: first.version,
    nextChangeAt: toInstant(first.next_change_at),
    wallets: new Map(accounts.map((row) => [row.wallet, toWallet(row)])),
  };
  return { member, open: { lots: lots.map(toOpenLot), holds: holds.map(toHold) } };
}
