import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { AdjustmentProposalView, DecideAdjustment } from "./commands.ts";
import { adjust } from "./decide-adjust-points.ts";

export const proposalNotPending = ({ status }: Pick<AdjustmentProposalView, "status">): LoyaltyError =>
  new LoyaltyError("proposal_not_pending", { status });

/** A proposal at a time: one that nobody has decided on ends by itself. */
export const proposalAt = (proposal: AdjustmentProposalView, now: Instant): AdjustmentProposalView =>
  proposal.status === "pending_approval" && Date.parse(proposal.endsAt) <= now ? { ...proposal, status: "expired" } : proposal;

/**
 * Approves a proposed adjustment, which then takes effect as if it were asked for now, or declines it; once. The limits of the one who
 * proposed it were asked when it was proposed, and what is approved counts for them.
 * Errors: own_proposal, proposal_not_pending, and when it is approved member_not_active, insufficient_points; nothing changes.
 */
export function decideAdjustment(draft: MemberDraft, command: DecideAdjustment, context: DecideContext): AdjustmentProposalView {
  const { action, keyId, note = null } = command;
  const { now } = context;
  const proposal = proposalAt(command.proposal, now);
  if (proposal.keyId === keyId) throw new LoyaltyError("own_proposal");
  if (proposal.status !== "pending_approval") throw proposalNotPending(proposal);

  const { id: adjustmentId, memberId, wallet, points, shortfall, reason, actor, expiresAt } = proposal;
  const asked = { adjustmentId, memberId, wallet, points, shortfall, reason, actor, keyId: proposal.keyId };
  const adjustment = action === "approve" ? adjust(draft, { ...asked, expiresAt: expiresAt ?? undefined }, context) : null;
  const decision = { adjustmentId, wallet, points, decidedBy: keyId };
  if (action === "approve") draft.announce("adjustment.approved", now, decision);
  else draft.announce("adjustment.declined", now, { ...decision, reason: note ?? "" });

  const status = action === "approve" ? "approved" : "declined";
  const answer: AdjustmentProposalView = {
    ...proposal,
    status,
    decidedBy: keyId,
    decidedAt: isoText(now),
    note,
    adjustment,
  };
  draft.rows.commands.push({ kind: REQUEST_KINDS.adjustment_decision, id: adjustmentId, answer });
  return answer;
}
