import { assert } from "../core/assert.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import { type Demand, isMet, qualificationOf, qualifiedTier, rankOf, retentionOf, type Sums } from "./qualification.ts";
import type { ReviewOutcome } from "./review-state.ts";

export type ReviewedMember = {
  /** A tier of the ladder. */
  tier: string;
  /** True when the tier does not count for itself: it was given for a time that is over, or has left the ladder. */
  isToQualified: boolean;
  isGraceOver: boolean;
  sums: Sums;
};

/** What a review says: `to` is where the member goes, at once or after the grace; `demand` is what it looked at. */
export type Verdict = { outcome: ReviewOutcome; to: string; demand: Demand };

/**
 * Judges one member by the ladder. Up goes whoever qualifies for more. Else the tier is kept where its retention is fulfilled;
 * where it is not, the grace comes first, and then `downgrade` says where to: `one_step` is one tier at most, whatever the
 * member qualifies for; `to_qualified` goes no lower than what they qualify for; `none` spares them.
 */
export function judgeTier(
  definition: Pick<ProgramDefinition, "tiers">,
  { tier, isToQualified, isGraceOver, sums }: ReviewedMember,
): Verdict {
  const present = definition.tiers.find(({ id }) => id === tier);
  assert(present, "a reviewed tier stands on the ladder");
  const qualified = qualifiedTier(definition, sums);
  const rank = rankOf(definition, tier);
  const isHigher = rankOf(definition, qualified) > rank;
  const demandOfQualified = { outcome: "upgraded", to: qualified, demand: qualificationOf(tierNamed(definition, qualified)) } as const;
  if (isHigher) return demandOfQualified;
  if (isToQualified) return { ...demandOfQualified, outcome: qualified === tier ? "kept" : "downgraded" };

  const { retention } = present;
  const demand = retention === undefined ? { requires: "all" as const, criteria: [] } : retentionOf(present);
  const kept = { outcome: "kept", to: tier, demand } as const;
  if (retention === undefined || isMet(demand, sums)) return kept;
  const below = definition.tiers[rank - 1]?.id ?? tier;
  const to = { none: tier, one_step: below, to_qualified: qualified }[retention.downgrade];
  if (to === tier) return { ...kept, outcome: "spared" };
  return { outcome: retention.graceDays > 0 && !isGraceOver ? "grace" : "downgraded", to, demand };
}

function tierNamed({ tiers }: Pick<ProgramDefinition, "tiers">, id: string) {
  const found = tiers.find((tier) => tier.id === id);
  assert(found, "a qualified tier stands on the ladder");
  return found;
}
