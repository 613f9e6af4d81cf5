import { assert } from "../core/assert.ts";
import { type WindowKey, windowKey } from "../core/metric-window.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { TierCriterion, TierDefinition } from "../programs/tier-definition.ts";

export type { WindowKey } from "../core/metric-window.ts";

/** `spend`, `orders`, `points:<walletId>` or `events:<type>`. */
export function metricOf(criterion: TierCriterion): string {
  if (criterion.metric === "points") return `points:${criterion.wallet}`;
  return criterion.metric === "events" ? `events:${criterion.event}` : criterion.metric;
}

export const windowKeyOf = (criterion: TierCriterion): string => windowKey(metricOf(criterion), criterion.window).key;

/** Criteria of which one is enough (`any`) or each is needed (`all`). */
export type Demand = { requires: "any" | "all"; criteria: readonly TierCriterion[] };
export type Sums = (windowKey: string) => number;

const NOTHING: Demand = { requires: "all", criteria: [] };

type AnyOrAll = { any?: TierCriterion[] | undefined; all?: TierCriterion[] | undefined };

/** Reads `any` or `all`; undefined where there is neither. */
export function demandOf({ any: oneOf, all }: AnyOrAll): Demand | undefined {
  if (oneOf !== undefined) return { requires: "any", criteria: oneOf };
  return all === undefined ? undefined : { requires: "all", criteria: all };
}

/** What a tier asks of who wants to reach it. Nothing where it cannot be reached by itself. */
export const qualificationOf = ({ qualification }: TierDefinition): Demand => demandOf(qualification ?? {}) ?? NOTHING;

/** What a tier asks of who wants to keep it: what its retention says, or else what its qualification does. */
export const retentionOf = (tier: TierDefinition): Demand => demandOf(tier.retention ?? {}) ?? qualificationOf(tier);

/** Whether it is fulfilled; nothing always is. `sums` answers the sum of a window key. */
export function isMet({ requires, criteria }: Demand, sums: Sums): boolean {
  const isEnough = (criterion: TierCriterion): boolean => sums(windowKeyOf(criterion)) >= criterion.atLeast;
  return criteria.length === 0 || (requires === "any" ? criteria.some(isEnough) : criteria.every(isEnough));
}

/** The sums that the program's tiers and upgrades look at, and those that its conditions read, each once. */
export function windowKeys(
  { tiers, upgrades = [] }: Pick<ProgramDefinition, "tiers" | "upgrades">,
  ofConditions: readonly WindowKey[] = [],
): WindowKey[] {
  const looked = tiers.flatMap((tier) => [...qualificationOf(tier).criteria, ...(tier.retention ? retentionOf(tier).criteria : [])]);
  const goals = upgrades.flatMap(({ goal }) => (goal === undefined ? [] : (demandOf(goal)?.criteria ?? [])));
  const ofTiers = [...looked, ...goals].map((criterion) => windowKey(metricOf(criterion), criterion.window));
  const ofLimits = upgrades.flatMap(({ id, limit }) => (limit === undefined ? [] : [windowKey(`upgrade:${id}`, limit.per)]));
  return [...new Map([...ofTiers, ...ofLimits, ...ofConditions].map((window) => [window.key, window])).values()];
}

const qualifies = (tier: TierDefinition, sums: Sums): boolean => tier.qualification !== undefined && isMet(qualificationOf(tier), sums);

/**
 * The highest tier of the ladder whose qualification holds; the first one where none does. A tier may be reached
 * without those below it. `sums` answers the sum of a window key, in minor units, orders or points.
 */
export function qualifiedTier({ tiers }: Pick<ProgramDefinition, "tiers">, sums: Sums): string {
  const [first, ...above] = tiers;
  assert(first, "a program has at least one tier");
  return (above.findLast((tier) => qualifies(tier, sums)) ?? first).id;
}

/** The place of a tier on the ladder from 0; −1 where the program does not have it. */
export const rankOf = ({ tiers }: Pick<ProgramDefinition, "tiers">, tier: string): number => tiers.findIndex(({ id }) => id === tier);

/** The higher of two tiers of the ladder; one that the program does not have is lower than all. */
export const highestTier = (definition: Pick<ProgramDefinition, "tiers">, a: string, b: string): string =>
  rankOf(definition, b) > rankOf(definition, a) ? b : a;
