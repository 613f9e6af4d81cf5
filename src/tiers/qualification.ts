import { assert } from "../core/assert.ts";
import { type WindowKey, windowKey } from "../core/metric-window.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { TierCriterion, TierDefinition } from "../programs/tier-definition.ts";

export type { WindowKey } from "../core/metric-window.ts";

/** `spend`, `orders` or `points:<walletId>`. */
export const metricOf = (criterion: TierCriterion): string =>
  criterion.metric === "points" ? `points:${criterion.wallet}` : criterion.metric;

export const windowKeyOf = (criterion: TierCriterion): string => windowKey(metricOf(criterion), criterion.window).key;

export function criteriaOf({ qualification }: TierDefinition): readonly TierCriterion[] {
  if (qualification === undefined) return [];
  return "any" in qualification ? qualification.any : qualification.all;
}

/** The sums that the program's tiers look at, and those that its conditions read, each once. */
export function windowKeys({ tiers }: Pick<ProgramDefinition, "tiers">, ofConditions: readonly WindowKey[] = []): WindowKey[] {
  const ofTiers = tiers.flatMap(criteriaOf).map((criterion) => windowKey(metricOf(criterion), criterion.window));
  return [...new Map([...ofTiers, ...ofConditions].map((window) => [window.key, window])).values()];
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
