import { assert } from "../core/assert.ts";
import { LoyaltyError } from "../core/errors.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { ChangeSegment, SegmentChangeView } from "./commands.ts";

/**
 * Puts a member on a list or takes them off it; what is so already changes nothing.
 * Errors: member_not_found.
 */
export function decideChangeSegment(
  draft: MemberDraft,
  { segmentId, action }: ChangeSegment,
  { now }: Pick<DecideContext, "now">,
): SegmentChangeView {
  if (draft.status === "placeholder" || draft.status === "erased") throw new LoyaltyError("member_not_found", { memberId: draft.id });
  const { segments } = draft;
  assert(segments, "a change of a segment loads the member's segments");
  const changed = segments.includes(segmentId) !== (action === "add");
  if (changed) {
    draft.segments = action === "add" ? [...segments, segmentId].sort() : segments.filter((segment) => segment !== segmentId);
    draft.rows.segmentChanges.push({ segmentId, action });
    draft.announce(action === "add" ? "segment.member_added" : "segment.member_removed", now, { segmentId });
  }
  return { segmentId, memberId: draft.id, changed };
}
