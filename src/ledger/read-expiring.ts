import { addPeriod, parsePeriod } from "../core/period.ts";
import { inProgram, inSnapshot } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { findMemberRef } from "../members/store.ts";
import { expiringPoints } from "./balance-from-lots.ts";
import { listExpiringMembers } from "./expiring-store.ts";
import { programInForce, type ReadDeps } from "./read-deps.ts";
import { selectMemberAccounts } from "./select-balances.ts";
import { nameOf } from "./stored-names.ts";
import { walletsOfQuery } from "./views.ts";

/** From now on for a period, half-open. Instants in RFC 3339. */
type Window = { now: Date; until: Date };

async function windowOf(deps: ReadDeps, programId: number, within: string): Promise<Window & Awaited<ReturnType<typeof programInForce>>> {
  const inForce = await programInForce(deps, programId);
  const now = deps.now();
  return { ...inForce, now, until: addPeriod(now, parsePeriod(within), inForce.program.definition.timeZone) };
}

/** What expires of a member's points before the period is over, by wallet and instant. Errors: member_not_found. */
export async function readExpiring(deps: ReadDeps, { programId }: ProgramContext, memberId: string, within: string) {
  const { now, until, walletIds } = await windowOf(deps, programId, within);
  const { id, open } = await inSnapshot(deps.pool, programId, async (tx) => {
    const { id } = await findMemberRef(tx, programId, memberId);
    return { id, ...(await selectMemberAccounts(tx, programId, id)) };
  });
  const soon = open.lots.filter(({ expiresAt }) => expiresAt > now.getTime() && expiresAt < until.getTime());
  const wallets = [...walletIds].map(([number, wallet]) => {
    const dates = expiringPoints(soon, number);
    return { wallet, points: dates.reduce((sum, { points }) => sum + points, 0), dates };
  });
  return { memberId: id, from: now.toISOString(), until: until.toISOString(), wallets };
}

export type ExpiringQuery = {
  within: string;
  wallet: string | undefined;
  after: { memberKey: number; wallet: number } | undefined;
  limit: number;
};

/** Who has points that expire before the period is over, in the order of joining. Errors: request_invalid for a wallet that there is not. */
export async function readExpiringMembers(deps: ReadDeps, { programId }: ProgramContext, query: ExpiringQuery) {
  const { now, until } = await windowOf(deps, programId, query.within);
  const { number, byNumber } = await walletsOfQuery(deps, programId, query.wallet);
  const page = { now, until, wallet: number, after: query.after, limit: query.limit };
  const rows = await inProgram(deps.pool, programId, (tx) => listExpiringMembers(tx, programId, page));
  return rows.map(({ member_key, member_id, wallet, points, first_expires_at }) => ({
    position: { memberKey: member_key, wallet },
    view: { memberId: member_id, wallet: nameOf(byNumber, wallet), points, firstExpiresAt: first_expires_at.toISOString() },
  }));
}
