import { LoyaltyError } from "../core/errors.ts";
import type { Instant } from "../ledger/state.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { changeTier } from "../tiers/change-tier.ts";
import type { MemberDraft } from "./member-draft.ts";

/** Makes a member of whom the batch so far only holds the id's place. They start in the program's first tier. */
export function enrol(draft: MemberDraft, program: CompiledProgram, enrolledAt: Instant): void {
  const [first] = program.definition.tiers;
  if (first === undefined) throw new Error("a program has at least one tier");
  draft.status = "active";
  draft.enrolledAt = enrolledAt;
  changeTier(draft, program, first.id, { cause: "enrolment", sourceId: null, occurredAt: enrolledAt });
  draft.announce("member.enrolled", enrolledAt, { tier: first.id });
}

/** Refuses whoever is no member, or one no longer; a suspended member can be worked on by hand. */
export function requireNotClosed(draft: MemberDraft): void {
  if (draft.status === "placeholder") throw new LoyaltyError("member_not_found", { memberId: draft.id });
  if (draft.status === "closed" || draft.status === "erased") {
    throw new LoyaltyError("member_not_active", { memberId: draft.id, status: draft.status });
  }
}

/** Refuses whoever is not a member yet (where the program does not enrol by itself) or no longer active. */
export function requireActive(draft: MemberDraft): void {
  if (draft.status === "placeholder") throw new LoyaltyError("member_not_found", { memberId: draft.id });
  if (draft.status !== "active") throw new LoyaltyError("member_not_active", { memberId: draft.id, status: draft.status });
}
