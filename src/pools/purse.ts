import type { Instant } from "../ledger/state.ts";
import { MemberDraft, type Purse } from "../members/member-draft.ts";
import type { OtherMembers } from "../members/other-members.ts";

/** The purse of a member who may draw on these others, the rest of their household. */
export const purseOf = (poolId: string, others: OtherMembers, now: Instant): Purse => ({
  poolId,
  now,
  mates: () => others.states().map(({ id }) => others.draftOf(id)),
  look: () => others.states().map((state) => new MemberDraft(state)),
});
