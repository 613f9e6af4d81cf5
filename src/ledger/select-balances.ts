import type pg from "pg";
import { enterProgram } from "../db/transaction.ts";
import type { MemberAccounts, OpenLot } from "./balance-from-lots.ts";
import { type AccountRow, FIRST_WALLET, type MemberRows, type OpenLotRow, toMemberAccounts } from "./balance-rows.ts";

const selectAccounts = (programId: number, memberIds: readonly string[]): pg.QueryConfig => ({
  name: "select_balance_accounts",
  text: `select m.member_key, m.id, a.wallet, a.available, a.pending, a.held, a.debt, a.accrued_total, a.clawed_back_total,
                a.redeemed_total, a.expired_total, a.version, a.tier, a.next_change_at
           from members m
           join accounts a on a.program_id = m.program_id and a.member_key = m.member_key
          where m.program_id = $1 and m.id = any($2::text[])`,
  values: [programId, memberIds],
});

const selectOpenLots = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "select_balance_lots",
  text: `select member_key, seq, wallet, remaining, held, is_pending, available_at, expires_at
           from lots
          where program_id = $1 and member_key = any($2::bigint[]) and remaining > 0`,
  values: [programId, memberKeys],
});

/** Ends a transaction that wrote nothing (a failed one rolls back). Nobody waits for it; the connection goes back after it. */
function endReading(client: pg.PoolClient): void {
  client.query("commit").then(
    () => client.release(),
    (error: Error) => client.release(error),
  );
}

function groupByMember(accounts: readonly AccountRow[], lots: readonly OpenLotRow[]): Map<string, MemberRows> {
  const byId = new Map<string, MemberRows>();
  const byKey = new Map<number, MemberRows>();
  for (const account of accounts) {
    const member = byId.get(account.id) ?? { accounts: [], lots: [] };
    member.accounts.push(account);
    byId.set(account.id, member);
    byKey.set(account.member_key, member);
  }
  for (const lot of lots) byKey.get(lot.member_key)?.lots.push(lot);
  return byId;
}

/**
 * Reads accounts of members of one program and, where points are pending or will expire, their open lots, all as of
 * one instant. One round trip where no such member is among them, else two. A member that does not exist is missing
 * from the answer.
 */
export async function selectBalances(pool: pg.Pool, programId: number, memberIds: readonly string[]): Promise<Map<string, MemberRows>> {
  const client = await pool.connect();
  try {
    // A pipelined connection sends these together. One snapshot: an account must not be paired with lots of another version.
    const [, , accounts] = await Promise.all([
      client.query("begin isolation level repeatable read read only"),
      client.query(enterProgram(programId)),
      client.query<AccountRow>(selectAccounts(programId, memberIds)),
    ]);
    const changing = accounts.rows.filter((row) => row.wallet === FIRST_WALLET && row.next_change_at !== null);
    if (changing.length === 0) return groupByMember(accounts.rows, []);
    const keys = changing.map((row) => row.member_key);
    const lots = await client.query<OpenLotRow>(selectOpenLots(programId, keys));
    return groupByMember(accounts.rows, lots.rows);
  } finally {
    endReading(client);
  }
}

/**
 * One member's accounts and open lots, in the caller's snapshot.
 * Needs a member that exists.
 */
export async function selectMemberAccounts(
  tx: pg.ClientBase,
  programId: number,
  memberId: string,
): Promise<{ member: MemberAccounts; lots: OpenLot[] }> {
  const accounts = await tx.query<AccountRow>(selectAccounts(programId, [memberId]));
  const keys = accounts.rows.slice(0, 1).map((row) => row.member_key);
  const lots = await tx.query<OpenLotRow>(selectOpenLots(programId, keys));
  return toMemberAccounts({ accounts: accounts.rows, lots: lots.rows });
}
