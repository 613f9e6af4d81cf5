import { refuseField } from "../core/errors.ts";
import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import { settle } from "../ledger/settle.ts";
import { NEVER } from "../ledger/state.ts";
import { requireNotClosed } from "../members/enrol.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { changeTier, knownTier } from "./change-tier.ts";
import type { SetTier, TierSetView } from "./commands.ts";
import { definitionOf } from "./schedule-review.ts";

/**
 * Puts a member into a tier by hand, from now on. With `until` the tier gives way then to the one that the member qualifies for;
 * without it, it is kept as the tier's retention says.
 * Errors: member_not_found, member_not_active (closed or erased), request_invalid (no such tier, or an end that is past).
 */
export function decideSetTier(draft: MemberDraft, command: SetTier, { program, now }: DecideContext): TierSetView {
  requireNotClosed(draft);
  const { tier, reason, actor, key } = command;
  if (definitionOf(program, tier) === undefined) throw refuseField("request_invalid", "/tier", `the program has no tier ${tier}`, { tier });
  const until = command.until === undefined ? null : Date.parse(command.until);
  if (until !== null && until <= now) throw refuseField("request_invalid", "/until", "lies in the past", { now: isoText(now) });
  settle(draft, now, program.version);

  const before = knownTier(program, draft.tier);
  changeTier(draft, program, tier, { cause: "manual", sourceId: null, occurredAt: now, reason, actor });
  if (until !== null) draft.setReview({ dueAt: until, state: "granted" });
  const next = draft.review?.dueAt ?? NEVER;
  const answer: TierSetView = {
    memberId: draft.id,
    tier: { before, after: tier },
    since: isoText(now),
    until: isoTextOrNull(until),
    nextReviewAt: next === NEVER ? null : isoText(next),
    reason,
    version: draft.version,
  };
  if (key !== null) draft.rows.commands.push({ kind: REQUEST_KINDS.idempotency_key, id: key.id, answer });
  return answer;
}
