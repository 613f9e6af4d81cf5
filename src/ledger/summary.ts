import type { MemberDraft } from "../members/member-draft.ts";
import { type DecideContext, walletsOf } from "../programs/decide-context.ts";
import type { BalanceSummary, WalletSummary } from "./balance.ts";
import type { WalletState } from "./state.ts";

/** A wallet as the API shows it: what was accrued is shown less what was clawed back. */
export function walletSummary(wallet: WalletState): WalletSummary {
  const { available, pending, held, debt, accruedTotal, clawedBackTotal, redeemedTotal } = wallet;
  return { available, pending, held, debt, accruedTotal: accruedTotal - clawedBackTotal, redeemedTotal };
}

/** What a command left the member with, for its answer. */
export function balanceSummary(draft: MemberDraft, context: DecideContext): BalanceSummary {
  const wallets = Object.fromEntries(
    walletsOf(context).map(({ number, definition }) => [definition.id, walletSummary(draft.wallet(number))]),
  );
  return { wallets, version: draft.version };
}
