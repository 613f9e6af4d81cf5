import type { EpochDay } from "../core/period.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import { highestTier, qualifiedTier, rankOf } from "./qualification.ts";
import { nextReviewAt } from "./schedule-review.ts";
import { windowSumsAt } from "./windows.ts";

export type TierCause = {
  cause:
    | "enrolment"
    | "qualification"
    | "opening_balance"
    | "purchase"
    | "goal"
    | "reward"
    | "rule"
    | "manual"
    | "review"
    | "ladder_change"
    | "merge"
    | "unmerge";
  /** The caller's id of what caused it, such as the order's. */
  sourceId: string | null;
  occurredAt: Instant;
  /** Why the member was moved by hand; else the id of the upgrade, the reward or the rule. */
  reason?: string | undefined;
  /** Who moved the member by hand. */
  actor?: string | undefined;
  /** Reviews that were due until then are not this engine's: a former system has made them. */
  reviewedUntil?: Instant | undefined;
};

/** Writes a change of tier with its cause into the member's history, sets the next review and announces it. */
export function changeTier(draft: MemberDraft, program: CompiledProgram, tier: string, how: TierCause): void {
  const { cause, sourceId, occurredAt, reason = null, actor = null, reviewedUntil = occurredAt } = how;
  const from = cause === "enrolment" ? null : draft.tier;
  draft.rows.tierChanges.push({
    version: draft.version,
    from,
    to: tier,
    occurredAt,
    cause,
    sourceId,
    ruleSet: program.version,
    reason,
    actor,
  });
  draft.tier = tier;
  draft.tierSince = occurredAt;
  // Who joins has no review that would have to go.
  const firstReview = nextReviewAt(draft, program, { reached: Math.max(occurredAt, reviewedUntil) });
  if (from !== null || firstReview !== null) draft.setReview(firstReview === null ? null : { dueAt: firstReview, state: "kept" });
  if (from !== null && from !== tier)
    draft.announce(isLower(program, tier, from) ? "tier.downgraded" : "tier.upgraded", occurredAt, { from, to: tier, cause, sourceId });
}

/** A tier that the ladder no longer has counts as the first: whoever leaves it is downgraded at most. */
function isLower(program: CompiledProgram, tier: string, from: string): boolean {
  const rank = (id: string) => rankOf(program.definition, knownTier(program, id));
  return rank(tier) <= rank(from);
}

/** The member's tier as the rule set in force knows it: a tier that it no longer has counts as the first. */
export function knownTier(program: CompiledProgram, tier: string): string {
  const [first] = program.definition.tiers;
  return program.definition.tiers.some(({ id }) => id === tier) ? tier : (first?.id ?? tier);
}

/** The tier that the windows reach as of `day` and, for an order that comes late, as of the member's latest day; never lower than `from`. */
export function reachedTier(draft: MemberDraft, program: CompiledProgram, day: EpochDay, from: string): string {
  const { definition, windows } = program;
  const reach = (tier: string, sums: Record<string, number>) =>
    highestTier(
      definition,
      tier,
      qualifiedTier(definition, (key) => sums[key] ?? 0),
    );
  const then = reach(from, windowSumsAt(draft, windows, day));
  return draft.windows !== null && draft.windows.day > day ? reach(then, draft.windows.sums) : then;
}

/** Upgrades the member at once when the program says so. Never takes a tier away: that is for reviews. */
export function upgradeIfReached(draft: MemberDraft, program: CompiledProgram, day: EpochDay, cause: TierCause): void {
  const present = knownTier(program, draft.tier);
  const reached = program.definition.tierUpgrades === "immediate" ? reachedTier(draft, program, day, present) : present;
  if (reached !== present) changeTier(draft, program, reached, cause);
}
