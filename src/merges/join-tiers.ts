import { isoText } from "../core/iso-text.ts";
import { isoOrNull, NEVER } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import { changeTier, knownTier, upgradeIfReached } from "../tiers/change-tier.ts";
import { rankOf } from "../tiers/qualification.ts";
import type { TierReview } from "../tiers/review-state.ts";
import type { MergeEffects, StoredReview } from "./merge.ts";

const toStored = (review: TierReview | null): StoredReview | null => review && { dueAt: isoOrNull(review.dueAt), state: review.state };

const fromStored = (review: StoredReview | null): TierReview | null =>
  review && { dueAt: review.dueAt === null ? NEVER : Date.parse(review.dueAt), state: review.state };

/**
 * Gives the target the higher tier of the two, since when the source has had it and with the end that it was given until; then the one
 * that both together reach. A grace of the source's is not carried over: the tier is reviewed when it is due next.
 * Needs the summed activity and the reviews of both.
 */
export function joinTiers(
  target: MemberDraft,
  source: MemberDraft,
  { mergeId, today }: { mergeId: string; today: number },
  { program, now }: DecideContext,
): MergeEffects["tier"] {
  const before = { tier: target.tier, since: isoText(target.tierSince), review: toStored(target.review) };
  const ofSource = toStored(source.review);
  const cause = { cause: "merge", sourceId: mergeId } as const;
  const theirs = knownTier(program, source.tier);
  const rank = (tier: string) => rankOf(program.definition, tier);
  if (rank(theirs) > rank(knownTier(program, target.tier))) {
    changeTier(target, program, theirs, { ...cause, occurredAt: source.tierSince, reviewedUntil: now });
    if (source.review?.state === "granted") target.setReview(source.review);
  }
  upgradeIfReached(target, program, today, { ...cause, occurredAt: now });
  source.setReview(null);
  return { before, after: { tier: target.tier, since: isoText(target.tierSince) }, ofSource };
}

/** Whether the target still has the tier that the merge left them with. */
export const hasTierOf = ({ tier, tierSince }: MemberDraft, { before, after }: MergeEffects["tier"]): boolean =>
  (after.tier === before.tier && after.since === before.since) || (tier === after.tier && isoText(tierSince) === after.since);

/** Gives both the tiers back that they had, where the merge changed the target's, and their reviews. */
export function separateTiers(
  target: MemberDraft,
  source: MemberDraft,
  { before, after, ofSource }: MergeEffects["tier"],
  { mergeId, program, now }: { mergeId: string } & DecideContext,
): void {
  source.setReview(fromStored(ofSource));
  if (after.tier === before.tier && after.since === before.since) return;
  const occurredAt = Date.parse(before.since);
  changeTier(target, program, before.tier, { cause: "unmerge", sourceId: mergeId, occurredAt, reviewedUntil: now });
  target.setReview(fromStored(before.review));
}
