/**
 * The accounts that points move between, the kinds of movement and what causes them, with the small numbers that
 * stand for them in hot tables. Numbers are stored for good: add freely, never change one.
 */

/** Accounts of a member's wallet. An account's balance is what moved in less what moved out; `debt` is never above 0. */
export const MEMBER_ACCOUNTS = { available: 1, pending: 2, held: 3, debt: 4 } as const;

/** Accounts of the program. Through `clearing` points go from member to member: each command leaves it as it was. */
export const PROGRAM_ACCOUNTS = { issued: 11, redeemed: 12, breakage: 13, adjusted: 14, reversed: 15, clearing: 16, fees: 17 } as const;

export const ACCOUNTS = { ...MEMBER_ACCOUNTS, ...PROGRAM_ACCOUNTS } as const;
export type MemberAccount = keyof typeof MEMBER_ACCOUNTS;
export type Account = keyof typeof ACCOUNTS;

export const ENTRY_KINDS = {
  accrual: 1,
  activation: 2,
  clawback: 3,
  expiry: 4,
  /** A later accrual pays what the member owes. */
  debt_repayment: 5,
  opening: 6,
  /** What a clawback could not take back and the member now owes. */
  debt_incurred: 7,
  redemption: 8,
  /** An open hold reserves points. */
  hold: 9,
  /** A hold is resolved: what it held is spent, or free again. */
  capture: 10,
  release: 11,
  /** What was spent comes back to the lots it came from. */
  give_back: 12,
  /** Given or taken by hand. */
  adjustment: 13,
  /** To another member through clearing, and from one; the fee of it. */
  transfer_out: 15,
  transfer_in: 16,
  transfer_fee: 17,
} as const;
export type EntryKind = keyof typeof ENTRY_KINDS;

/** What caused a movement: an order, an event, a return, … or the clock. */
export const SOURCE_KINDS = {
  order: 1,
  return: 2,
  opening: 3,
  complete: 4,
  cancel: 5,
  expiry: 6,
  activation: 7,
  event: 8,
  tier_upgrade: 9,
  hold: 10,
  adjustment: 11,
  /** An entry was reversed by hand. */
  reversal: 12,
  transfer: 13,
  /** Drawn from others of a household. */
  pool: 14,
  redemption: 16,
  /** A redemption was cancelled or has expired. */
  redemption_end: 17,
  /** One member became an alias of another, or is one no longer. */
  merge: 20,
  bulk_grant: 22,
} as const;
export type SourceKind = keyof typeof SOURCE_KINDS;

/** What an entry or a lot came from: `id` is the caller's own, such as the order's. */
export type Source = { kind: SourceKind; id: string };

function namesByCode<Name extends string>(codes: Record<Name, number>): Map<number, Name> {
  return new Map((Object.entries(codes) as [Name, number][]).map(([name, code]) => [code, name]));
}

export const ACCOUNT_NAMES = namesByCode<Account>(ACCOUNTS);
export const ENTRY_KIND_NAMES = namesByCode<EntryKind>(ENTRY_KINDS);
export const SOURCE_KIND_NAMES = namesByCode<SourceKind>(SOURCE_KINDS);
