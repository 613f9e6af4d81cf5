import { assert } from "../core/assert.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { TierCriterion, TierDefinition } from "../programs/tier-definition.ts";

/** A sum that some tier looks at, such as the spend of the last 365 days: `{ key: "spend@365d", metric: "spend", window: "365d" }`. */
export type WindowKey = { key: string; metric: string; window: string };

/** `spend`, `orders` or `points:<walletId>`. */
export const metricOf = (criterion: TierCriterion): string =>
  criterion.metric === "points" ? `points:${criterion.wallet}` : criterion.metric;

export const windowKeyOf = (criterion: TierCriterion): string => `${metricOf(criterion)}@${criterion.window}`;

export function criteriaOf({ qualification }: TierDefinition): readonly TierCriterion[] {
  if (qualification === undefined) return [];
  return "any" in qualification ? qualification.any : qualification.all;
}

/** The sums that the program's tiers look at, each once. */
export function windowKeys({ tiers }: Pick<ProgramDefinition, "tiers">): WindowKey[] {
  const keys = new Map<string, WindowKey>();
  for (const criterion of tiers.flatMap(criteriaOf)) {
    const key = windowKeyOf(criterion);
    keys.set(key, { key, metric: metricOf(criterion), window: criterion.window });
  }
  return [...keys.values()];
}

function qualifies({ qualification }: TierDefinition, sums: (key: string) => number): boolean {
  if (qualification === undefined) return false;
  const isMet = (criterion: TierCriterion): boolean => sums(windowKeyOf(criterion)) >= criterion.atLeast;
  return "any" in qualification ? qualification.any.some(isMet) : qualification.all.every(isMet);
}

/**
 * The highest tier of the ladder whose qualification holds; the first one where none does. A tier may be reached
 * without those below it. `sums` answers the sum of a window key, in minor units, orders or points.
 */
export function qualifiedTier({ tiers }: Pick<ProgramDefinition, "tiers">, sums: (key: string) => number): string {
  const [first, ...above] = tiers;
  assert(first, "a program has at least one tier");
  return (above.findLast((tier) => qualifies(tier, sums)) ?? first).id;
}

/** The higher of two tiers of the ladder; one that the program does not have is lower than all. */
export function highestTier({ tiers }: Pick<ProgramDefinition, "tiers">, a: string, b: string): string {
  const rank = (tier: string): number => tiers.findIndex(({ id }) => id === tier);
  return rank(b) > rank(a) ? b : a;
}
