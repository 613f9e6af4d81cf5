import { availableLots } from "../ledger/lots.ts";
import { type ArrivedLot, type LotsMove, moveDebt } from "../ledger/move-lots.ts";
import { payDebt } from "../ledger/pay-debt.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { MovedPoints } from "./commands.ts";
import type { MergeEffects, WalletTotals } from "./merge.ts";

const TOTALS = ["accruedTotal", "clawedBackTotal", "redeemedTotal", "expiredTotal"] as const satisfies (keyof WalletTotals)[];

const totalsOf = (draft: MemberDraft, wallet: number): WalletTotals => {
  const { accruedTotal, clawedBackTotal, redeemedTotal, expiredTotal } = draft.wallet(wallet);
  return { accruedTotal, clawedBackTotal, redeemedTotal, expiredTotal };
};

/** What of a wallet was accrued, taken back, spent and expired in total counts for the other from now on. */
export function moveTotals(from: MemberDraft, to: MemberDraft, wallet: number, totals: WalletTotals): void {
  for (const total of TOTALS) {
    if (totals[total] === 0) continue;
    from.editWallet(wallet)[total] -= totals[total];
    to.editWallet(wallet)[total] += totals[total];
  }
}

/** The debt of a wallet is paid by what is available in it, those points first that expire first. Answers how much was. */
function payTogether(draft: MemberDraft, wallet: number, movement: LotsMove): number {
  const { debt, available } = draft.wallet(wallet);
  if (debt === 0 || available === 0) return 0;
  payDebt(draft, { ...movement, wallet, lots: availableLots(draft, wallet).map(({ seq }) => seq) });
  return debt - draft.wallet(wallet).debt;
}

/**
 * Joins what else the wallets of two members hold once the lots have arrived: totals are added up, and what either owes is paid by what
 * they have together. Wallets of former rule sets too.
 */
export function joinWallets(
  source: MemberDraft,
  target: MemberDraft,
  lots: readonly ArrivedLot[],
  movement: LotsMove,
  { wallets: { byNumber } }: DecideContext,
): { wallets: MergeEffects["wallets"]; moved: Record<string, MovedPoints> } {
  const wallets: MergeEffects["wallets"] = [];
  const moved: Record<string, MovedPoints> = {};
  for (const [wallet, id] of byNumber) {
    const { debt } = source.wallet(wallet);
    const totals = totalsOf(source, wallet);
    moveTotals(source, target, wallet, totals);
    moveDebt(source, target, { wallet, points: debt }, movement);
    const debtPaid = payTogether(target, wallet, movement);
    wallets.push({ wallet, debt, debtPaid, ...totals });

    const arrived = (isPending: boolean) =>
      lots.filter(({ from }) => from.wallet === wallet && from.isPending === isPending).reduce((sum, { points }) => sum + points, 0);
    const points = { available: arrived(false), pending: arrived(true), debt, debtPaid };
    if (Object.values(points).some((amount) => amount > 0)) moved[id] = points;
  }
  return { wallets, moved };
}
