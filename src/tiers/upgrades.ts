import { dayStart, type EpochDay } from "../core/period.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { UpgradeDefinition } from "../programs/upgrade-definition.ts";
import { changeTier, knownTier, type TierCause } from "./change-tier.ts";
import { demandOf, isMet, rankOf } from "./qualification.ts";
import { recordActivity, windowSumsAt } from "./windows.ts";

/** How often a member has had an upgrade is a metric like any other, counted on the day on which they had it. */
export const upgradeMetric = (id: string): string => `upgrade:${id}`;

/** Why an upgrade is not to be had. `top_reached`: it leads no higher than the member is. */
export type Unavailable = "not_for_sale" | "not_from_this_tier" | "top_reached" | "limit_used";

/** Where an upgrade leads from the member's tier, or why it does not. `sums` are those of the day. */
export function upgradeFrom(
  { definition }: Pick<CompiledProgram, "definition">,
  { id, steps, upTo, from, limit }: UpgradeDefinition,
  tier: string,
  sums: Readonly<Record<string, number>>,
): { to: string } | { reason: Unavailable } {
  const { tiers } = definition;
  if (from !== undefined && !from.includes(tier)) return { reason: "not_from_this_tier" };
  const rank = rankOf(definition, tier);
  const top = upTo === undefined ? tiers.length - 1 : rankOf(definition, upTo);
  const to = tiers[Math.min(rank + steps, top)];
  if (to === undefined || rank >= top) return { reason: "top_reached" };
  if (limit !== undefined && (sums[`${upgradeMetric(id)}@${limit.per}`] ?? 0) >= limit.times) return { reason: "limit_used" };
  return { to: to.id };
}

/** Takes the upgrade on a day and notes that the member has had it. */
export function takeUpgrade(
  draft: MemberDraft,
  program: CompiledProgram,
  day: EpochDay,
  { id }: UpgradeDefinition,
  to: string,
  cause: TierCause,
): void {
  recordActivity(draft, program.windows, day, upgradeMetric(id), 1);
  changeTier(draft, program, to, { ...cause, reason: id });
}

/**
 * Gives the upgrades whose goals are reached as of `day` or, by an order that comes late, as of the member's latest day; each as
 * often as its limit lets it.
 */
export function reachGoals(draft: MemberDraft, program: CompiledProgram, day: EpochDay, cause: Omit<TierCause, "cause">): void {
  const goals = (program.definition.upgrades ?? []).filter(({ goal }) => goal !== undefined);
  if (goals.length === 0) return;
  for (const upgrade of goals) reachGoal(draft, program, day, upgrade, cause);
  const latest = draft.windows?.day ?? day;
  if (latest <= day) return;
  const occurredAt = dayStart(latest, program.definition.timeZone).getTime();
  for (const upgrade of goals) reachGoal(draft, program, latest, upgrade, { ...cause, occurredAt });
}

function reachGoal(
  draft: MemberDraft,
  program: CompiledProgram,
  day: EpochDay,
  upgrade: UpgradeDefinition,
  cause: Omit<TierCause, "cause">,
): void {
  const demand = upgrade.goal && demandOf(upgrade.goal);
  const sums = windowSumsAt(draft, program.windows, day);
  if (demand === undefined || !isMet(demand, (key) => sums[key] ?? 0)) return;
  const found = upgradeFrom(program, upgrade, knownTier(program, draft.tier), sums);
  if ("to" in found) takeUpgrade(draft, program, day, upgrade, found.to, { ...cause, cause: "goal" });
}
