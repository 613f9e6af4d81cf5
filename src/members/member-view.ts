import { assert } from "../core/assert.ts";
import { balanceSummary } from "../ledger/summary.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { MemberView } from "./member.ts";
import type { MemberDraft } from "./member-draft.ts";

/** What of a member's answer is no personal data: this much is stored for replays. */
export type StoredEnrolment = Omit<MemberView, "displayName" | "email" | "phone" | "birthDate" | "attributes">;

export function storedEnrolment(draft: MemberDraft, context: DecideContext): StoredEnrolment {
  assert(draft.status !== "placeholder", "a member that is answered is enrolled");
  return {
    id: draft.id,
    status: draft.status,
    tier: draft.tier,
    tierSince: new Date(draft.tierSince).toISOString(),
    enrolledAt: new Date(draft.enrolledAt).toISOString(),
    ...balanceSummary(draft, context),
  };
}

/** The member as a write answers it. Needs the loaded profile. */
export function memberView(stored: StoredEnrolment, profile: MemberDraft["profile"]): MemberView {
  const { displayName = null, email = null, phone = null, birthDate = null, attributes = {} } = profile ?? {};
  return { ...stored, displayName, email, phone, birthDate, attributes };
}
