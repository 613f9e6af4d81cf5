import type { ProgramDefinition } from "../programs/definition.ts";
import type { TierCriterion } from "../programs/tier-definition.ts";
import { qualificationOf, type Sums, windowKeyOf } from "./qualification.ts";

/** How far one criterion is: in minor units for spend, else whole orders, points or events. */
export type CriterionProgress = {
  metric: TierCriterion["metric"];
  wallet?: string;
  event?: string;
  window: string;
  atLeast: number;
  value: number;
  missing: number;
};

/** A tier above the member's own. With `any` one fulfilled criterion is enough, with `all` each is needed. */
export type NextTier = { tier: string; requires: "any" | "all"; criteria: CriterionProgress[] };

/** `next` is the nearest tier above that has a qualification, null at the top; `above` is all of them, nearest first. */
export type TierProgress = { tier: string; next: NextTier | null; above: NextTier[] };

/** How far one criterion is by these sums. */
export function progressOf(criterion: TierCriterion, sums: Sums): CriterionProgress {
  const { metric, window, atLeast } = criterion;
  const value = sums(windowKeyOf(criterion));
  const progress = { metric, window, atLeast, value, missing: Math.max(0, atLeast - value) };
  if (criterion.metric === "events") return { ...progress, event: criterion.event };
  return criterion.metric === "points" ? { ...progress, wallet: criterion.wallet } : progress;
}

/** What is reached and what is missing to each tier above `tier`. `sums` answers the sum of a window key. */
export function tierProgress({ tiers }: Pick<ProgramDefinition, "tiers">, tier: string, sums: Sums): TierProgress {
  const rank = tiers.findIndex(({ id }) => id === tier);
  const above = tiers.slice(rank + 1).flatMap((definition): NextTier[] => {
    if (definition.qualification === undefined) return [];
    const { requires, criteria } = qualificationOf(definition);
    return [{ tier: definition.id, requires, criteria: criteria.map((criterion) => progressOf(criterion, sums)) }];
  });
  return { tier, next: above[0] ?? null, above };
}
