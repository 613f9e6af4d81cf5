import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type Account, MEMBER_ACCOUNTS, type MemberAccount } from "./accounts.ts";
import type { EntryRow, WalletState } from "./state.ts";

export type Movement = Omit<EntryRow, "seq" | "availableAfter" | "uses"> & { uses?: EntryRow["uses"] };

const isMemberAccount = (account: Account): account is MemberAccount => account in MEMBER_ACCOUNTS;

/** Debt is the member's account that is never above 0: what moves into it lowers the debt. */
function move(wallet: WalletState, account: Account, points: number): void {
  if (!isMemberAccount(account)) return;
  wallet[account] += account === "debt" ? -points : points;
  assert(wallet[account] >= 0, `${account} never falls below 0`);
  if (!Number.isSafeInteger(wallet[account])) throw new LoyaltyError("amount_out_of_range", { account });
}

/**
 * Moves points from one account to another: the only way in which a balance changes.
 *
 * Units:   whole points, above 0.
 * Errors:  amount_out_of_range when a balance would leave 2^53 − 1.
 * Answers: the entry's sequence number, without gaps per member.
 */
export function post(draft: MemberDraft, { uses = [], ...movement }: Movement): number {
  assert(Number.isSafeInteger(movement.points) && movement.points > 0, "points moved are a positive whole number");
  const wallet = draft.editWallet(movement.wallet);
  move(wallet, movement.from, -movement.points);
  move(wallet, movement.to, movement.points);
  draft.entrySeq += 1;
  draft.rows.entries.push({ ...movement, uses, seq: draft.entrySeq, availableAfter: wallet.available });
  return draft.entrySeq;
}
