import { type Account, ENTRY_KINDS, type EntryKind, MEMBER_ACCOUNTS, type MemberAccount } from "./accounts.ts";
import type { EntryRow } from "./state.ts";

/** Points in, or moved into, each account of a wallet. What is owed counts up: a debt of 5 is 5. */
export type AccountPoints = Record<MemberAccount, number>;

/** Movements of one kind between two accounts of a wallet, summed. */
export type MovedSum = Pick<EntryRow, "wallet" | "kind" | "from" | "to" | "points"> & { movements: number };

/** What moved in one way in the time of a statement, with what that did to each account. */
export type KindTotal = AccountPoints & { kind: EntryKind; movements: number; points: number };

export type WalletStatement = { wallet: number; opening: AccountPoints; closing: AccountPoints; totals: KindTotal[] };

const NAMES = Object.keys(MEMBER_ACCOUNTS) as MemberAccount[];
const nothing = (): AccountPoints => ({ available: 0, pending: 0, held: 0, debt: 0 });

function add(sum: AccountPoints, change: AccountPoints): void {
  for (const name of NAMES) sum[name] += change[name];
}

/** What a movement does to the member's accounts. */
export function changeOf({ from, to, points }: { from: Account; to: Account; points: number }): AccountPoints {
  const change = nothing();
  for (const name of NAMES) {
    const movedIn = (to === name ? points : 0) - (from === name ? points : 0);
    // The account of what is owed is never above 0: what moves into it lowers the debt.
    if (movedIn !== 0) change[name] = name === "debt" ? -movedIn : movedIn;
  }
  return change;
}

function totalsByKind(moved: readonly MovedSum[]): KindTotal[] {
  const totals = new Map<EntryKind, KindTotal>();
  for (const sum of moved) {
    const total = totals.get(sum.kind) ?? { kind: sum.kind, movements: 0, points: 0, ...nothing() };
    totals.set(sum.kind, total);
    total.movements += sum.movements;
    total.points += sum.points;
    add(total, changeOf(sum));
  }
  return [...totals.values()].sort((a, b) => ENTRY_KINDS[a.kind] - ENTRY_KINDS[b.kind]);
}

/** The wallets of a statement: what each had before its time, what moved in it, and what that left. */
export function walletStatements(wallets: Iterable<number>, before: readonly MovedSum[], within: readonly MovedSum[]): WalletStatement[] {
  return [...wallets].map((wallet) => {
    const opening = nothing();
    for (const sum of before) if (sum.wallet === wallet) add(opening, changeOf(sum));
    const totals = totalsByKind(within.filter((sum) => sum.wallet === wallet));
    const closing = { ...opening };
    for (const total of totals) add(closing, total);
    return { wallet, opening, closing, totals };
  });
}
