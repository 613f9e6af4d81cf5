import { assert } from "../core/assert.ts";
import { inSnapshot } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { findMemberRef } from "../members/store.ts";
import type { Balance } from "./balance.ts";
import { accountsFromHistory } from "./balance-as-of.ts";
import { balanceFromLots } from "./balance-from-lots.ts";
import { programInForce, type ReadDeps } from "./read-deps.ts";
import { selectHistory } from "./select-history.ts";

/** RFC 3339. */
export type PastMoment = { asOf?: string | undefined; knownAt?: string | undefined };

/**
 * A balance of the past, from the journal: what had happened until `asOf`, as far as it was recorded until `knownAt`.
 * Only `knownAt` given: as the engine would have answered then. The wallets are those of the rule set in force now.
 * Errors: member_not_found.
 */
export async function readBalanceAsOf(deps: ReadDeps, program: ProgramContext, memberId: string, moment: PastMoment): Promise<Balance> {
  const { programId } = program;
  const asOf = moment.asOf === undefined ? null : new Date(moment.asOf);
  const knownAt = moment.knownAt === undefined ? null : new Date(moment.knownAt);
  const { program: rules, walletIds } = await programInForce(deps, programId);
  const [firstTier] = rules.definition.tiers;
  assert(firstTier, "a program has at least one tier");

  const { id, history } = await inSnapshot(deps.pool, programId, async (tx) => {
    const { id, key } = await findMemberRef(tx, programId, memberId);
    return { id, history: await selectHistory(tx, programId, { memberKey: key, occurredUntil: asOf, recordedUntil: knownAt }) };
  });
  const at = (asOf ?? knownAt ?? deps.now()).getTime();
  const { member, open } = accountsFromHistory(history, { memberId: id, firstTier: firstTier.id, at });
  return balanceFromLots(member, open, walletIds, at).balance;
}
