import { isoText } from "../core/iso-text.ts";
import { addPeriod, parsePeriod } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { AdjustmentProposalView, AdjustPoints } from "./commands.ts";

type Approval = NonNullable<NonNullable<ProgramDefinition["adjustments"]>["approval"]>;

/** Keeps an adjustment until somebody else decides on it. It moves nothing, and ends at the latest when the points would expire. */
export function propose(
  draft: MemberDraft,
  { adjustmentId, points, shortfall, reason, keyId, actor = keyId, expiresAt }: AdjustPoints,
  { approval, wallet }: { approval: Approval; wallet: string },
  { program, now }: DecideContext,
): AdjustmentProposalView {
  const end = addPeriod(new Date(now), parsePeriod(approval.within), program.definition.timeZone).getTime();
  const endsAt = isoText(Math.min(end, expiresAt === undefined ? end : Date.parse(expiresAt)));
  draft.announce("adjustment.proposed", now, { adjustmentId, wallet, points, reason, actor, endsAt });
  return {
    id: adjustmentId,
    memberId: draft.id,
    wallet,
    points,
    shortfall,
    reason,
    actor,
    keyId,
    expiresAt: expiresAt === undefined ? null : isoText(Date.parse(expiresAt)),
    status: "pending_approval",
    proposedAt: isoText(now),
    endsAt,
    decidedBy: null,
    decidedAt: null,
    note: null,
    adjustment: null,
  };
}
