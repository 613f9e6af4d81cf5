import type { CommittedBalance } from "./cache/balance-cache.ts";
import type { CommittedMembers } from "./engine/engine.ts";
import { balanceFromLots } from "./ledger/balance-from-lots.ts";
import { NEVER } from "./ledger/state.ts";
import { walletsOf } from "./programs/decide-context.ts";

/**
 * What the cache of balances is told after a commit. Where lots have a say, and of an alias, it is told to forget: the next read counts
 * the lots, or finds the member that the id stands for.
 */
export function committedBalances({ now, members, program, wallets }: CommittedMembers): CommittedBalance[] {
  const walletIds = new Map(walletsOf({ program, wallets }).map(({ number, definition }) => [number, definition.id]));
  return members.map((member) => {
    const { id: memberId, version, nextChangeAt } = member;
    if (nextChangeAt !== NEVER || member.aliasOf !== null) return { memberId, version, balance: null };
    const { balance } = balanceFromLots(
      { memberId, tier: member.tier, version, nextChangeAt, wallets: member.wallets },
      { lots: [], holds: [] },
      walletIds,
      now.getTime(),
    );
    return { memberId, version, balance };
  });
}
