import { assert } from "../core/assert.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { Source } from "./accounts.ts";
import { takeFromLots } from "./lots.ts";
import { post } from "./post.ts";
import type { Instant, LotState } from "./state.ts";

export type DebtPayment = {
  wallet: number;
  occurredAt: Instant;
  source: Source;
  ruleSet: number;
  /** The lots that have just become available. */
  lots: readonly number[];
};

/**
 * Pays what the member owes in a wallet from points that have just become available. Whoever owes has nothing else
 * available: a debt begins only where all available points were taken.
 */
export function payDebt(draft: MemberDraft, payment: DebtPayment): void {
  const { debt } = draft.wallet(payment.wallet);
  if (debt === 0) return;
  const lots = payment.lots.map((seq) => draft.lots.get(seq)).filter((lot): lot is LotState => lot !== undefined);
  const { taken, uses } = takeFromLots(draft, lots, debt);
  assert(taken > 0, "a lot that has just become available holds points");
  const { wallet, occurredAt, source, ruleSet } = payment;
  post(draft, { wallet, kind: "debt_repayment", from: "available", to: "debt", points: taken, occurredAt, source, ruleSet, uses });
}
