import { assert } from "../core/assert.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { BalanceSummary, WalletBalance, WalletSummary } from "../ledger/balance.ts";
import { balanceFromLots } from "../ledger/balance-from-lots.ts";
import { toMemberAccounts } from "../ledger/balance-rows.ts";
import { programInForce, type ReadDeps } from "../ledger/read-deps.ts";
import { selectBalances } from "../ledger/select-balances.ts";
import type { MemberView } from "./member.ts";
import { findMember, listMembers, type MemberRow, type MembersPage } from "./store.ts";

function withoutExpiry({ available, pending, held, debt, accruedTotal, redeemedTotal }: WalletBalance): WalletSummary {
  return { available, pending, held, debt, accruedTotal, redeemedTotal };
}

function memberView(row: MemberRow, { wallets, version }: BalanceSummary): MemberView {
  return {
    id: row.id,
    status: row.status,
    tier: row.tier,
    tierSince: row.tier_since.toISOString(),
    enrolledAt: row.enrolled_at.toISOString(),
    displayName: row.display_name,
    email: row.email,
    phone: row.phone,
    birthDate: row.birth_date,
    attributes: row.attributes ?? {},
    wallets,
    version,
  };
}

/** What the members have now: the same numbers as their balances, also where the clock has moved points since they were booked. */
async function balancesOf(
  deps: ReadDeps,
  { programId }: ProgramContext,
  memberIds: readonly string[],
): Promise<Map<string, BalanceSummary>> {
  const [{ walletIds }, found] = await Promise.all([programInForce(deps, programId), selectBalances(deps.pool, programId, memberIds)]);
  const now = deps.now().getTime();
  const summaries = [...found].map(([id, rows]) => {
    const { member, lots } = toMemberAccounts(rows);
    const { balance } = balanceFromLots(member, lots, walletIds, now);
    const wallets = Object.fromEntries(Object.entries(balance.wallets).map(([wallet, held]) => [wallet, withoutExpiry(held)]));
    return [id, { wallets, version: balance.version }] as const;
  });
  return new Map(summaries);
}

/** A member with the internal key, by which lists are ordered. */
export type KeyedMember = { key: number; member: MemberView };

async function withBalances(deps: ReadDeps, program: ProgramContext, rows: readonly MemberRow[]): Promise<KeyedMember[]> {
  if (rows.length === 0) return [];
  const ids = rows.map(({ id }) => id);
  const balances = await balancesOf(deps, program, ids);
  return rows.map((row) => {
    const balance = balances.get(row.id);
    assert(balance, "a member that was read has a balance");
    return { key: row.member_key, member: memberView(row, balance) };
  });
}

/** Errors: member_not_found. */
export async function readMember(deps: ReadDeps, program: ProgramContext, memberId: string): Promise<MemberView> {
  const row = await inProgram(deps.pool, program.programId, (tx) => findMember(tx, program.programId, memberId));
  const [found] = await withBalances(deps, program, [row]);
  assert(found, "one row gives one member");
  return found.member;
}

/** A page of members in the order in which they joined, and one more where there is more. */
export async function readMembers(deps: ReadDeps, program: ProgramContext, page: MembersPage): Promise<KeyedMember[]> {
  const rows = await inProgram(deps.pool, program.programId, (tx) => listMembers(tx, program.programId, page));
  return withBalances(deps, program, rows);
}
