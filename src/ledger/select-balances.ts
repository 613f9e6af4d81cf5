import type pg from "pg";
import { lookUp } from "../db/look-ups.ts";
import { endReading, enterHotPath } from "../db/transaction.ts";
import { STANDS_FOR } from "../members/store.ts";
import type { MemberAccounts, OpenPoints } from "./balance-from-lots.ts";
import { type AccountRow, FIRST_WALLET, type MemberRows, type OpenLotRow, toMemberAccounts } from "./balance-rows.ts";
import { HOLD_COLUMNS, type StoredHold } from "./hold-rows.ts";

const selectAccounts = (programId: number, memberIds: readonly string[]): pg.QueryConfig => ({
  name: "select_balance_accounts",
  text: `select n.id as asked_id, m.member_key, m.id, a.wallet, a.available, a.pending, a.held, a.debt, a.accrued_total, a.clawed_back_total,
                a.redeemed_total, a.expired_total, a.version, a.tier, a.next_change_at
           from members n ${STANDS_FOR}
           ${lookUp("accounts", "a", "member_key = m.member_key")}
          where n.program_id = $1 and n.id = any($2::text[])`,
  values: [programId, memberIds],
});

const selectOpenLots = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "select_balance_lots",
  text: `select member_key, seq, wallet, remaining, held, is_pending, available_at, expires_at
           from lots
          where program_id = $1 and member_key = any($2::bigint[]) and remaining > 0`,
  values: [programId, memberKeys],
});

const selectOpenHolds = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "select_balance_holds",
  text: `select ${HOLD_COLUMNS} from holds h where h.program_id = $1 and h.member_key = any($2::bigint[]) and h.status = 'open'`,
  values: [programId, memberKeys],
});

type ChangingRows = { lots: OpenLotRow[]; holds: StoredHold[] };

/** What the clock changes of members, where it changes anything: open lots, and holds of those who have held points. */
async function selectChanging(client: pg.ClientBase, programId: number, accounts: readonly AccountRow[]): Promise<ChangingRows> {
  const keys = accounts.filter((row) => row.wallet === FIRST_WALLET && row.next_change_at !== null).map((row) => row.member_key);
  if (keys.length === 0) return { lots: [], holds: [] };
  const holders = accounts.filter((row) => row.held > 0).map((row) => row.member_key);
  const [lots, holds] = await Promise.all([
    client.query<OpenLotRow>(selectOpenLots(programId, keys)),
    holders.length === 0 ? undefined : client.query<StoredHold>(selectOpenHolds(programId, holders)),
  ]);
  return { lots: lots.rows, holds: holds?.rows ?? [] };
}

function groupByMember(accounts: readonly AccountRow[], { lots, holds }: ChangingRows): Map<string, MemberRows> {
  const byId = new Map<string, MemberRows>();
  const byKey = new Map<number, Set<MemberRows>>();
  for (const account of accounts) {
    const member = byId.get(account.asked_id) ?? { accounts: [], lots: [], holds: [] };
    member.accounts.push(account);
    byId.set(account.asked_id, member);
    byKey.set(account.member_key, (byKey.get(account.member_key) ?? new Set()).add(member));
  }
  for (const lot of lots) for (const member of byKey.get(lot.member_key) ?? []) member.lots.push(lot);
  for (const hold of holds) for (const member of byKey.get(hold.member_key) ?? []) member.holds.push(hold);
  return byId;
}

/**
 * Reads accounts of members of one program by their ids and, where points are pending, held or will expire, their open lots and holds, all as of
 * one instant. One round trip where no such member is among them, else two. A member that does not exist is missing
 * from the answer.
 */
export async function selectBalances(pool: pg.Pool, programId: number, memberIds: readonly string[]): Promise<Map<string, MemberRows>> {
  const client = await pool.connect();
  try {
    // A pipelined connection sends these together. One snapshot: an account must not be paired with lots of another version.
    const [, , accounts] = await Promise.all([
      client.query("begin isolation level repeatable read read only"),
      client.query(enterHotPath(client, programId)),
      client.query<AccountRow>(selectAccounts(programId, memberIds)),
    ]);
    return groupByMember(accounts.rows, await selectChanging(client, programId, accounts.rows));
  } finally {
    endReading(client);
  }
}

/**
 * One member's accounts, open lots and holds, in the caller's snapshot.
 * Needs a member that exists.
 */
export async function selectMemberAccounts(
  tx: pg.ClientBase,
  programId: number,
  memberId: string,
): Promise<{ member: MemberAccounts; open: OpenPoints }> {
  const accounts = await tx.query<AccountRow>(selectAccounts(programId, [memberId]));
  return toMemberAccounts({ accounts: accounts.rows, ...(await selectChanging(tx, programId, accounts.rows)) });
}
