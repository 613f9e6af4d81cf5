import { dayStart, localDay } from "../core/period.ts";
import { type Instant, NEVER } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { TierDefinition } from "../programs/tier-definition.ts";
import { nextReviewDay } from "./review-dates.ts";

export const definitionOf = ({ definition }: CompiledProgram, tier: string): TierDefinition | undefined =>
  definition.tiers.find(({ id }) => id === tier);

/** What the next review follows: the tier was reached then, or a review was due then and has looked at the day before. */
export type Following = { reached: Instant } | { reviewed: Instant };

/** When the member's tier is reviewed next; `NEVER` on each local day, null where the tier is kept for good. */
export function nextReviewAt(draft: MemberDraft, program: CompiledProgram, following: Following): Instant | null {
  const retention = definitionOf(program, draft.tier)?.retention;
  if (retention === undefined) return null;
  const { timeZone } = program.definition;
  const dayOf = (instant: Instant) => localDay(new Date(instant), timeZone);
  const after = dayOf("reached" in following ? following.reached : following.reviewed);
  const seen = "reached" in following ? after : dayOf(following.reviewed - 1);
  const day = nextReviewDay(retention.review, { since: dayOf(draft.tierSince), enrolled: dayOf(draft.enrolledAt), after, seen });
  return day === null ? NEVER : dayStart(day, timeZone).getTime();
}

/** Sets the next review by the retention of the member's tier. */
export function scheduleReview(draft: MemberDraft, program: CompiledProgram, following: Following): void {
  const dueAt = nextReviewAt(draft, program, following);
  draft.setReview(dueAt === null ? null : { dueAt, state: "kept" });
}
