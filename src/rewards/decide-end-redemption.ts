import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { giveBack } from "../ledger/give-back.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import { type CommandContext, walletsOf } from "../programs/decide-context.ts";
import type { CancelRedemption, ExpireRedemption, RedemptionAnswer } from "./commands.ts";
import { findRedemption } from "./find-redemption.ts";
import { type PaidPart, type RedemptionState, redemptionView } from "./redemption.ts";
import { RedemptionNotDue } from "./redemption-not-due.ts";
import { takeCouponsBack } from "./reward-coupons.ts";

/** Ends a redemption: its points go back to the very lots that they came from, stock and limits are free again, coupons are taken back. */
function end(draft: MemberDraft, redemption: RedemptionState, status: "cancelled" | "expired", context: CommandContext): RedemptionAnswer {
  const { now, program } = context;
  settle(draft, now, program.version);
  redemption.paid = redemption.paid.map((part): PaidPart => {
    const wallet = walletsOf(context).find(({ definition }) => definition.id === part.wallet);
    assert(wallet, "a wallet that members hold points in stays in the program");
    const source = { kind: "redemption_end", id: redemption.id } as const;
    const asked = { wallet, uses: part.uses, alreadyBack: 0, points: part.points, occurredAt: now, source };
    return { ...part, back: giveBack(draft, asked, context) };
  });
  draft.counters.giveBack(redemption.uses);
  takeCouponsBack(draft, redemption, context);
  redemption.status = status;
  redemption.endedAt = now;
  const { id, reward, quantity, channel, reason } = redemption;
  draft.announce(`reward.${status}`, now, { redemptionId: id, reward, quantity, channel, ...(reason !== null && { reason }) });
  return { redemption: redemptionView(draft.id, redemption), balance: balanceSummary(draft, context) };
}

/** Only a privilege and coupons can be taken back once they were given; goods are in the member's hands, and a tier may have earned points. */
const canBeCancelled = ({ status, gives }: RedemptionState): boolean =>
  status === "issued" || (status === "fulfilled" && (gives.kind === "entitlement" || gives.kind === "coupon"));

/**
 * Takes a redemption back. A privilege that it gave ends, and its coupons are revoked.
 * Errors: redemption_not_found, redemption_not_open with its status, redemption_not_cancellable where the reward says so,
 *         coupon_already_used where an order uses one of its coupons.
 */
export function decideCancelRedemption(draft: MemberDraft, command: CancelRedemption, context: CommandContext): RedemptionAnswer {
  const redemption = findRedemption(draft, command.redemptionId);
  const { id, status, reward } = redemption;
  if (!canBeCancelled(redemption)) throw new LoyaltyError("redemption_not_open", { redemptionId: id, status });
  const defined = context.program.definition.rewards?.find((candidate) => candidate.id === reward);
  if (defined?.cancellation === "refused") throw new LoyaltyError("redemption_not_cancellable", { redemptionId: id, reward });
  redemption.reason = command.reason;
  const answer = end(draft, redemption, "cancelled", context);
  draft.rows.commands.push({ kind: REQUEST_KINDS.redemption_cancel, id, answer });
  return answer;
}

/** Ends a redemption that nobody fulfilled in time. Errors: RedemptionNotDue. */
export function decideExpireRedemption(draft: MemberDraft, command: ExpireRedemption, context: CommandContext): RedemptionAnswer {
  const redemption = findRedemption(draft, command.redemptionId);
  const isDue = redemption.status === "issued" && redemption.expiresAt !== null && redemption.expiresAt <= context.now;
  if (!isDue) throw new RedemptionNotDue();
  return end(draft, redemption, "expired", context);
}
