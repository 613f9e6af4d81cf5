import { LoyaltyError } from "../core/errors.ts";
import { occurredAtOf } from "../core/occurred-at.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { EnrolMember } from "./commands.ts";
import { enrol } from "./enrol.ts";
import type { MemberView, Profile } from "./member.ts";
import type { MemberDraft } from "./member-draft.ts";
import { memberView, storedEnrolment } from "./member-view.ts";

function given(profile: Profile): Profile {
  return Object.fromEntries(Object.entries(profile).filter(([, value]) => value !== undefined));
}

/**
 * Enrols a member, or fills in what is missing of one whom an order has enrolled (their enrolment stays the earlier one).
 * Errors: id_reused when the id was enrolled with another body, or stands for another member or for one who is erased; occurred_in_future.
 */
export function decideEnrolMember(draft: MemberDraft, command: EnrolMember, context: DecideContext): MemberView {
  if (draft.enrolHash !== null || draft.aliasOf !== null || draft.status === "erased")
    throw new LoyaltyError("id_reused", { id: command.memberId });
  const enrolledAt = command.enrolledAt === undefined ? context.now : occurredAtOf(command.enrolledAt, context.now);
  if (draft.status === "placeholder") enrol(draft, context.program, enrolledAt);
  draft.enrolHash = command.hash;
  draft.profile = { ...draft.profile, ...given(command.profile) };
  draft.isProfileChanged = true;
  const stored = storedEnrolment(draft, context);
  draft.rows.commands.push({ kind: REQUEST_KINDS.enrolment, id: draft.id, answer: stored });
  return memberView(stored, draft.profile);
}
