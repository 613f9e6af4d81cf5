import type { ProgramDefinition } from "../programs/definition.ts";
import type { TierCriterion } from "../programs/tier-definition.ts";
import { criteriaOf, windowKeyOf } from "./qualification.ts";

/** How far one criterion is: in minor units for spend, else whole orders or points. */
export type CriterionProgress = {
  metric: TierCriterion["metric"];
  wallet?: string;
  window: string;
  atLeast: number;
  value: number;
  missing: number;
};

/** A tier above the member's own. With `any` one fulfilled criterion is enough, with `all` each is needed. */
export type NextTier = { tier: string } & ({ any: CriterionProgress[] } | { all: CriterionProgress[] });

/** `next` is the nearest tier above that has a qualification, null at the top; `above` is all of them, nearest first. */
export type TierProgress = { tier: string; next: NextTier | null; above: NextTier[] };

function progressOf(criterion: TierCriterion, sums: (key: string) => number): CriterionProgress {
  const { metric, window, atLeast } = criterion;
  const value = sums(windowKeyOf(criterion));
  const progress = { metric, window, atLeast, value, missing: Math.max(0, atLeast - value) };
  return criterion.metric === "points" ? { ...progress, wallet: criterion.wallet } : progress;
}

/** What is reached and what is missing to each tier above `tier`. `sums` answers the sum of a window key. */
export function tierProgress({ tiers }: Pick<ProgramDefinition, "tiers">, tier: string, sums: (key: string) => number): TierProgress {
  const rank = tiers.findIndex(({ id }) => id === tier);
  const above = tiers.slice(rank + 1).flatMap((definition): NextTier[] => {
    if (definition.qualification === undefined) return [];
    const criteria = criteriaOf(definition).map((criterion) => progressOf(criterion, sums));
    return [{ tier: definition.id, ...("any" in definition.qualification ? { any: criteria } : { all: criteria }) }];
  });
  return { tier, next: above[0] ?? null, above };
}
