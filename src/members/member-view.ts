import { assert } from "../core/assert.ts";
import { isoText } from "../core/iso-text.ts";
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
    tierSince: isoText(draft.tierSince),
    enrolledAt: isoText(draft.enrolledAt),
    ...balanceSummary(draft, context),
  };
}

/** The member as a write answers it. Needs the loaded profile. */
export function memberView(stored: StoredEnrolment, profile: MemberDraft["profile"]): MemberView {
  const { displayName = null, email = null, phone = null, birthDate = null, attributes = {} } = profile ?? {};
  return { ...stored, displayName, email, phone, birthDate, attributes };
}
