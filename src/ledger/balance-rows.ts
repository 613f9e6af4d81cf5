import { assert } from "../core/assert.ts";
import { EXPIRING_DATES_MAX, type ExpiringPoints } from "./balance.ts";
import {
  balanceAsItStands,
  balanceFromLots,
  type DatedBalance,
  type MemberAccounts,
  nextDates,
  type OpenLot,
  type OpenPoints,
} from "./balance-from-lots.ts";
import { type StoredHold, toHold } from "./hold-rows.ts";
import { type StoredLot, toInstant, toWallet, type WalletColumns } from "./rows.ts";
import type { Instant } from "./state.ts";

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

/** With the transaction that wrote it, and what expires of the wallet's points, in any order, as `{{seconds,points},...}`. */
export type BalanceRow = AccountRow & { mark: string; expiring: string | null };

/** Open lots and holds, which the clock changes. */
export type ChangingRows = { lots: OpenLotRow[]; holds: StoredHold[] };

/** What was read of one member: the account of each wallet, and what the clock has changed, if it has. */
export type BalanceRows = { accounts: BalanceRow[]; changing?: ChangingRows };

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

/** Of the rows of one member, the one of the first wallet. Stops where there is none: no command leaves a member without. */
export function firstAccount<Row extends AccountRow>(accounts: readonly Row[]): Row {
  const first = accounts.find((row) => row.wallet === FIRST_WALLET);
  assert(first !== undefined, "a member has an account of the program's first wallet");
  return first;
}

/** Rows of one member. Stops on one without a tier: no command leaves one. */
export function toMemberAccounts(accounts: readonly AccountRow[]): MemberAccounts {
  const first = firstAccount(accounts);
  assert(first.tier !== null, "a member's first account carries the tier");
  return {
    memberId: first.id,
    tier: first.tier,
    version: first.version,
    nextChangeAt: toInstant(first.next_change_at),
    wallets: new Map(accounts.map((row) => [row.wallet, toWallet(row)])),
  };
}

export const toOpenPoints = ({ lots, holds }: ChangingRows): OpenPoints => ({ lots: lots.map(toOpenLot), holds: holds.map(toHold) });

/** What the rows say of a balance at the `now` that they were read with. */
export function toDatedBalance({ accounts, changing }: BalanceRows, walletIds: ReadonlyMap<number, string>, now: Instant): DatedBalance {
  const member = toMemberAccounts(accounts);
  return changing === undefined
    ? balanceAsItStands(member, toExpiring(accounts), walletIds, now)
    : balanceFromLots(member, toOpenPoints(changing), walletIds, now);
}

/** By wallet. */
const toExpiring = (accounts: readonly BalanceRow[]): Map<number, ExpiringPoints[]> =>
  new Map(accounts.map(({ wallet, expiring }) => [wallet, expiring === null ? [] : nextDates(toParts(expiring), EXPIRING_DATES_MAX)]));

const toParts = (expiring: string): [Instant, number][] =>
  expiring
    .slice(2, -2)
    .split("},{")
    .map((part) => {
      const comma = part.indexOf(",");
      return [Math.round(Number(part.slice(0, comma)) * 1000), Number(part.slice(comma + 1))];
    });
