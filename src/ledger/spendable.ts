import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { NumberedWallet } from "../programs/decide-context.ts";

/** Errors: wallet_not_spendable for a wallet of status points. */
export function requireSpendable({ definition: { id, kind } }: NumberedWallet): void {
  if (kind === "status") throw new LoyaltyError("wallet_not_spendable", { wallet: id });
}

/**
 * The one question that everything asks that spends or reserves points.
 * Units:   whole points.
 * Errors:  wallet_not_spendable; insufficient_points when fewer are available, with how many are missing.
 */
export function requirePoints(draft: MemberDraft, wallet: NumberedWallet, points: number): void {
  requireSpendable(wallet);
  requireAvailable(draft, wallet, points);
}

/** The same of points that are taken without being spent, which status points may be too. Errors: insufficient_points. */
export function requireAvailable(draft: MemberDraft, wallet: NumberedWallet, points: number): void {
  const spendable = draft.wallet(wallet.number).available;
  if (spendable >= points) return;
  throw new LoyaltyError("insufficient_points", {
    wallet: wallet.definition.id,
    requested: points,
    spendable,
    missing: points - spendable,
  });
}
