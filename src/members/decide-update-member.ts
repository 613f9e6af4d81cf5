import { LoyaltyError } from "../core/errors.ts";
import { settle } from "../ledger/settle.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { UpdateMember } from "./commands.ts";
import type { MemberView, Profile } from "./member.ts";
import type { MemberDraft } from "./member-draft.ts";
import { memberView, storedEnrolment } from "./member-view.ts";

/** Fields that are absent stay as they are, null clears a field, attributes are replaced key by key. */
function patched(profile: Profile, patch: UpdateMember["profile"]): Profile {
  const result: Record<string, unknown> = { ...profile };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete result[field];
    else if (value !== undefined) result[field] = field === "attributes" ? { ...profile.attributes, ...(value as object) } : value;
  }
  return result;
}

/**
 * Changes a member's profile or status.
 * Errors: member_not_found; member_not_active when the member is closed or erased for good.
 */
export function decideUpdateMember(draft: MemberDraft, command: UpdateMember, context: DecideContext): MemberView {
  if (draft.status === "placeholder") throw new LoyaltyError("member_not_found", { memberId: draft.id });
  if (draft.status === "closed" || draft.status === "erased") {
    throw new LoyaltyError("member_not_active", { memberId: draft.id, status: draft.status });
  }
  settle(draft, context.now, context.program.version);
  draft.profile = patched(draft.profile ?? {}, command.profile);
  draft.isProfileChanged = true;
  if (command.status !== undefined && command.status !== draft.status) {
    draft.announce("member.status_changed", context.now, { from: draft.status, to: command.status });
    draft.status = command.status;
  }
  draft.announce("member.updated", context.now, { fields: Object.keys(command.profile) });
  return memberView(storedEnrolment(draft, context), draft.profile);
}
