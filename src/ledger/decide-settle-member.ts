import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { SettledView } from "./commands.ts";
import { NothingDue } from "./nothing-due.ts";
import { settle } from "./settle.ts";

/**
 * Books what the clock has done to a member's points, as every command of theirs would.
 * Errors: NothingDue, and nothing changes, when it was booked already.
 */
export function decideSettleMember(draft: MemberDraft, { program, now }: DecideContext): SettledView {
  const before = draft.entrySeq;
  settle(draft, now, program.version);
  if (draft.entrySeq === before) throw new NothingDue();
  return { memberId: draft.id };
}
