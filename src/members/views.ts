import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import type { Balance, WalletBalance, WalletSummary } from "../ledger/balance.ts";
import type { BalanceReader } from "../ledger/read-balance.ts";
import type { ReadDeps } from "../ledger/read-deps.ts";
import type { MemberView } from "./member.ts";
import { findMember, listMembers, type MemberRow, type MembersPage } from "./store.ts";

/** Wallets come from the same reader as balances, so that a member, a list and a balance agree. */
export type MemberReads = ReadDeps & { balances: BalanceReader };

function withoutExpiry({ available, pending, held, debt, accruedTotal, redeemedTotal }: WalletBalance): WalletSummary {
  return { available, pending, held, debt, accruedTotal, redeemedTotal };
}

function memberView(row: MemberRow, { wallets, version }: Balance): MemberView {
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
    wallets: Object.fromEntries(Object.entries(wallets).map(([wallet, held]) => [wallet, withoutExpiry(held)])),
    version,
  };
}

/** A member with the internal key, by which lists are ordered. */
export type KeyedMember = { key: number; member: MemberView };

/** The reader takes balances that are asked for together in one query. */
async function withBalance({ balances }: MemberReads, program: ProgramContext, row: MemberRow): Promise<KeyedMember> {
  const balance = await balances.read(program, row.id, { consistency: "strong" });
  return { key: row.member_key, member: memberView(row, balance) };
}

/** Errors: member_not_found. */
export async function readMember(reads: MemberReads, program: ProgramContext, memberId: string): Promise<MemberView> {
  const row = await inProgram(reads.pool, program.programId, (tx) => findMember(tx, program.programId, memberId));
  return (await withBalance(reads, program, row)).member;
}

/** A page of members in the order in which they joined, and one more where there is more. */
export async function readMembers(reads: MemberReads, program: ProgramContext, page: MembersPage): Promise<KeyedMember[]> {
  const rows = await inProgram(reads.pool, program.programId, (tx) => listMembers(tx, program.programId, page));
  return Promise.all(rows.map((row) => withBalance(reads, program, row)));
}
