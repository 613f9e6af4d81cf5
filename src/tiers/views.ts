import type { z } from "zod";
import { assert } from "../core/assert.ts";
import { localDay } from "../core/period.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { programInForce, type ReadDeps } from "../ledger/read-deps.ts";
import { findMember } from "../members/store.ts";
import type { TierDefinition } from "../programs/tier-definition.ts";
import { knownTier } from "./change-tier.ts";
import { missingSentence, missingSentences } from "./missing-sentence.ts";
import { type CriterionProgress, type NextTier, progressOf, tierProgress } from "./progress.ts";
import { retentionOf, type Sums } from "./qualification.ts";
import type { MemberTierSchema } from "./schemas.ts";
import {
  findReview,
  listReviewResults,
  listTierChanges,
  type StoredReview,
  type StoredReviewResult,
  type StoredTierChange,
  sumWindows,
} from "./store.ts";

type MemberTierView = z.output<typeof MemberTierSchema>;
type NextTierView = MemberTierView["above"][number];

const HISTORY_MAX = 100;
const REVIEWS_MAX = 20;

function withSentences(criteria: readonly CriterionProgress[], goal: string, currency: string) {
  return criteria.map((criterion) => ({ ...criterion, sentence: missingSentence(criterion, goal, currency) }));
}

function nextTierView({ tier, requires, criteria }: NextTier, currency: string): NextTierView {
  const sentence = missingSentences(requires, criteria, tier, currency) ?? `nothing is missing to ${tier}`;
  return { tier, requires, criteria: withSentences(criteria, tier, currency), sentence };
}

function changeView(row: StoredTierChange): MemberTierView["history"][number] {
  return {
    from: row.from_tier,
    to: row.to_tier,
    cause: row.cause,
    sourceId: row.source_id,
    reason: row.reason,
    actor: row.actor,
    ruleSet: row.rule_set,
    occurredAt: row.occurred_at.toISOString(),
    recordedAt: row.recorded_at.toISOString(),
  };
}

/** Null where the tier is kept for good. */
function retentionView(tier: TierDefinition, review: StoredReview | undefined, sums: Sums, currency: string): MemberTierView["retention"] {
  if (tier.retention === undefined && review === undefined) return null;
  const { requires, criteria } = tier.retention ? retentionOf(tier) : { requires: "all" as const, criteria: [] };
  const progress = criteria.map((criterion) => progressOf(criterion, sums));
  const goal = `keep ${tier.id}`;
  const { state = "kept", due_at: dueAt } = review ?? {};
  return {
    review: tier.retention?.review ?? null,
    state,
    nextReviewAt: dueAt instanceof Date ? dueAt.toISOString() : null,
    downgrade: tier.retention?.downgrade ?? "none",
    graceDays: tier.retention?.graceDays ?? 0,
    requires,
    criteria: withSentences(progress, goal, currency),
    sentence: missingSentences(requires, progress, goal, currency) ?? `nothing is missing to ${goal}`,
  };
}

const reviewView = ({ rule_set, tier, outcome, to_tier, due_at, recorded_at, explanation }: StoredReviewResult) => ({
  dueAt: due_at.toISOString(),
  tier,
  outcome,
  to: to_tier,
  asOf: explanation.asOf,
  requires: explanation.requires,
  criteria: explanation.criteria,
  until: explanation.until ?? null,
  nextReviewAt: explanation.nextReviewAt,
  ruleSet: rule_set,
  recordedAt: recorded_at.toISOString(),
});

function benefitsView({ benefits }: TierDefinition): Pick<MemberTierView, "benefits" | "entitlements"> {
  const { multiplier, discountPercent, freeShippingFrom = null, entitlements } = benefits;
  return { benefits: { multiplier, discountPercent, freeShippingFrom }, entitlements };
}

/**
 * Where a member stands on the ladder of the rule set in force, with the sums of today in the program's zone.
 * Errors: member_not_found.
 */
export async function readMemberTier(deps: ReadDeps, { programId }: ProgramContext, memberId: string): Promise<MemberTierView> {
  const { program } = await programInForce(deps, programId);
  const { definition, windows } = program;
  const day = localDay(deps.now(), definition.timeZone);

  const { member, sums, history, review, reviews } = await inProgram(deps.pool, programId, async (tx) => {
    const member = await findMember(tx, programId, memberId);
    const sums = await sumWindows(tx, programId, member.member_key, { windows, day });
    const history = await listTierChanges(tx, programId, member.member_key, HISTORY_MAX);
    const review = await findReview(tx, programId, member.member_key);
    return { member, sums, history, review, reviews: await listReviewResults(tx, programId, member.member_key, REVIEWS_MAX) };
  });

  const tier = knownTier(program, member.tier);
  const defined = definition.tiers.find(({ id }) => id === tier);
  assert(defined, "a known tier is defined");
  const sumOf = (key: string) => sums.get(key) ?? 0;
  const progress = tierProgress(definition, tier, sumOf);
  return {
    memberId: member.id,
    tier,
    name: defined.name ?? null,
    since: member.tier_since.toISOString(),
    ...benefitsView(defined),
    next: progress.next && nextTierView(progress.next, definition.currency),
    above: progress.above.map((next) => nextTierView(next, definition.currency)),
    retention: retentionView(defined, review, sumOf, definition.currency),
    reviews: reviews.map(reviewView),
    history: history.map(changeView),
  };
}
