import type { MemberDraft } from "../members/member-draft.ts";
import { expire } from "./expire.ts";
import { editLot } from "./lots.ts";
import { type DebtPayment, payDebt } from "./pay-debt.ts";
import type { Instant } from "./state.ts";

/**
 * What follows when points are available again in lots that they had left, as `payment.lots` names them: they pay what the member owes
 * first, and where the date of a lot has passed by `now`, what is left of it expires as of `at`.
 * Answers: how many points have expired.
 */
export function backInLots(draft: MemberDraft, payment: DebtPayment, { at, now }: { at: Instant; now: Instant }): number {
  payDebt(draft, payment);
  let expired = 0;
  for (const seq of payment.lots) {
    const { expiresAt } = editLot(draft, seq);
    if (expiresAt <= now) expired += expire(draft, seq, at, payment.ruleSet);
    else draft.nextChangeAt = Math.min(draft.nextChangeAt, expiresAt);
  }
  return expired;
}
