import { LoyaltyError } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { ConfirmRedemption, FulfilRedemption, RedemptionAnswer } from "./commands.ts";
import { findRedemption } from "./find-redemption.ts";
import { fulfil } from "./give-reward.ts";
import { type RedemptionState, redemptionView } from "./redemption.ts";

const isOver = ({ expiresAt }: RedemptionState, now: number): boolean => expiresAt !== null && expiresAt <= now;

function fulfilledAnswer(draft: MemberDraft, redemption: RedemptionState, context: CommandContext): RedemptionAnswer {
  settle(draft, context.now, context.program.version);
  fulfil(draft, redemption, context);
  return { redemption: redemptionView(draft.id, redemption), balance: balanceSummary(draft, context) };
}

/**
 * The shop has given what a redemption gives.
 * Errors: redemption_not_found; redemption_not_open with its status (`expired` also where only the job has not come by yet);
 *         reward_unavailable where a tier is no longer higher, or coupons have ended.
 */
export function decideFulfilRedemption(draft: MemberDraft, command: FulfilRedemption, context: CommandContext): RedemptionAnswer {
  const redemption = findRedemption(draft, command.redemptionId);
  const status = redemption.status === "issued" && isOver(redemption, context.now) ? "expired" : redemption.status;
  if (status !== "issued") throw new LoyaltyError("redemption_not_open", { redemptionId: redemption.id, status });
  const answer = fulfilledAnswer(draft, redemption, context);
  draft.rows.commands.push({ kind: REQUEST_KINDS.redemption_fulfil, id: redemption.id, answer });
  return answer;
}

/**
 * A store has taken the code of a redemption: it is good once.
 * Errors: code_used, code_expired (also of a cancelled one), reward_unavailable where a tier is no longer higher, or coupons have ended.
 */
export function decideConfirmRedemption(draft: MemberDraft, command: ConfirmRedemption, context: CommandContext): RedemptionAnswer {
  const redemption = findRedemption(draft, command.redemptionId);
  if (redemption.status === "fulfilled") throw new LoyaltyError("code_used");
  if (redemption.status !== "issued" || isOver(redemption, context.now)) throw new LoyaltyError("code_expired");
  redemption.store = command.store ?? null;
  const answer = fulfilledAnswer(draft, redemption, context);
  if (command.key !== null) draft.rows.commands.push({ kind: REQUEST_KINDS.idempotency_key, id: command.key.id, answer });
  return answer;
}
