import type pg from "pg";
import { keysOf } from "../../db/look-ups.ts";
import { WALLET_COLUMNS, type WalletColumns } from "../../ledger/rows.ts";

export type FirstAccountRow = WalletColumns & {
  member_key: number;
  entry_seq: number;
  version: number;
  tier: string | null;
  tier_since: Date | null;
  windows_day: string | null;
  windows: Record<string, number> | null;
  windows_rule_set: number | null;
  next_change_at: Date | null;
};

export type OtherAccountRow = WalletColumns & { member_key: number; wallet: number };

const COLUMNS = WALLET_COLUMNS.map((column) => `a.${column}`).join(", ");

const FIRST_ACCOUNTS = `select a.member_key, ${COLUMNS}, a.entry_seq, a.version, a.tier, a.tier_since,
       a.windows_day, a.windows, a.windows_rule_set, a.next_change_at
  from accounts a
 where a.program_id = $1 and a.member_key = any(${keysOf("$2")}) and a.wallet = 1
 order by a.member_key`;

/** Locks the members of a batch, all in one order; with `lock` false (a quote) only reads them. */
export const selectFirstAccounts = (programId: number, memberIds: string[], lock: boolean): pg.QueryConfig => ({
  name: lock ? "lock_members" : "read_members",
  text: lock ? `${FIRST_ACCOUNTS} for no key update` : FIRST_ACCOUNTS,
  values: [programId, memberIds],
});

export const selectOtherAccounts = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_other_accounts",
  text: `select a.member_key, a.wallet, ${COLUMNS} from accounts a
          where a.program_id = $1 and a.member_key = any(${keysOf("$2")}) and a.wallet > 1`,
  values: [programId, memberIds],
});
