import { isoText } from "../core/iso-text.ts";
import { validityOf } from "../coupons/issue-coupon.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberStatus } from "../members/member.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { RewardDefinition, RewardGives } from "../programs/reward-definition.ts";
import { barredFrom } from "../rules/audience/audience.ts";
import { periodEnd, type UsedCounters } from "../rules/limits/counter.ts";
import type { LimitPeriod } from "../rules/limits/limit-definition.ts";
import type { CompiledSchedule } from "../rules/schedules/compiled-schedule.ts";
import type { ScheduledMember } from "../rules/schedules/member-parts.ts";
import { momentOf } from "../rules/schedules/moment.ts";
import { rankOf } from "../tiers/qualification.ts";
import { limitsOf } from "./reward-limits.ts";

/** Why a member cannot redeem a reward now, for programs. Instants are RFC 3339. */
export type RewardReason =
  | { code: "member_not_active"; status: string }
  | { code: "not_started"; from: string }
  | { code: "ended"; until: string }
  /** `field` of its schedule does not hold; `next` is when it does, null where a year has no such day and where that depends on the member. */
  | { code: "not_scheduled"; field: string; next: string | null }
  | { code: "attribute_missing"; path: string }
  | { code: "coupon_over" }
  | { code: "tier_too_low"; tier: string }
  | { code: "not_in_audience" }
  | { code: "top_reached" }
  | { code: "out_of_stock" | "limit_reached"; atMost: number; left: number; per: LimitPeriod | null; until: string | null }
  | { code: "insufficient_points"; wallet: string; missing: number };

export type RewardFacts = ScheduledMember & {
  now: Instant;
  status: MemberStatus;
  tier: string;
  segments: readonly string[];
  /** Points of a wallet that can be spent. */
  available: (wallet: string) => number;
  used: UsedCounters;
};

type Ladder = Pick<ProgramDefinition, "tiers">;
type Offering = Ladder & Pick<ProgramDefinition, "timeZone" | "coupons">;
type Program = { definition: Offering; rewardSchedules: ReadonlyMap<string, CompiledSchedule> };

/** Where a higher tier leads from the member's; undefined where that is no higher. */
export function tierReachedBy(gives: Extract<RewardGives, { kind: "tier_upgrade" }>, { tiers }: Ladder, tier: string): string | undefined {
  const rank = rankOf({ tiers }, tier);
  const target = gives.to === undefined ? Math.min(rank + (gives.steps ?? 1), tiers.length - 1) : rankOf({ tiers }, gives.to);
  return target > rank ? tiers[target]?.id : undefined;
}

function* validityReasons({ from, until }: RewardDefinition, now: Instant): Generator<RewardReason> {
  if (from !== undefined && now < Date.parse(from)) yield { code: "not_started", from: isoText(Date.parse(from)) };
  if (until !== undefined && now >= Date.parse(until)) yield { code: "ended", until: isoText(Date.parse(until)) };
}

/** Asked between the reward's `from` and `until` only: no time outside of them is one to come back at. */
function* scheduleReasons(reward: RewardDefinition, { definition, rewardSchedules }: Program, facts: RewardFacts): Generator<RewardReason> {
  const barred = rewardSchedules.get(reward.id)?.bars(momentOf(new Date(facts.now), definition.timeZone), facts);
  if (barred?.kind === "not_scheduled") yield { code: "not_scheduled", field: barred.field, next: barred.next ?? null };
  if (barred?.kind === "attribute_missing") yield { code: "attribute_missing", path: barred.path };
}

/** All coupons of a kind end at some time, whoever has them. */
function* couponReasons({ gives }: RewardDefinition, { coupons = [], timeZone }: Offering, now: Instant): Generator<RewardReason> {
  if (gives.kind !== "coupon") return;
  const definition = coupons.find(({ id }) => id === gives.coupon);
  if (definition === undefined || validityOf(definition, now, timeZone) === null) yield { code: "coupon_over" };
}

function* memberReasons(reward: RewardDefinition, ladder: Ladder, { status, tier, segments }: RewardFacts): Generator<RewardReason> {
  const { minTier, audience, gives } = reward;
  if (status !== "active") yield { code: "member_not_active", status };
  if (minTier !== undefined && rankOf(ladder, tier) < rankOf(ladder, minTier)) yield { code: "tier_too_low", tier: minTier };
  if (audience !== undefined && barredFrom(audience, { tier, segments }) !== null) yield { code: "not_in_audience" };
  if (gives.kind === "tier_upgrade" && tierReachedBy(gives, ladder, tier) === undefined) yield { code: "top_reached" };
}

function* countedReasons(reward: RewardDefinition, zone: string, facts: RewardFacts, quantity: number): Generator<RewardReason> {
  const now = new Date(facts.now);
  for (const { kind, atMost, per, counter } of limitsOf(reward, now, zone)) {
    const left = Math.max(0, atMost - facts.used.used(counter));
    if (left >= quantity) continue;
    const until = periodEnd(now, per, zone)?.toISOString() ?? null;
    yield { code: kind === "stock" ? "out_of_stock" : "limit_reached", atMost, left, per, until };
  }
}

/**
 * All that keeps a member from redeeming a reward now, none when nothing does: what the catalogue shows is what a redemption is
 * refused for.
 * Units: pieces, whole points.
 */
export function reasonsAgainst(reward: RewardDefinition, program: Program, facts: RewardFacts, quantity = 1): RewardReason[] {
  const { definition } = program;
  const outside = [...validityReasons(reward, facts.now)];
  const missing = reward.price.map(({ wallet, points }) => ({ wallet, missing: points * quantity - facts.available(wallet) }));
  return [
    ...(outside.length > 0 ? outside : scheduleReasons(reward, program, facts)),
    ...couponReasons(reward, definition, facts.now),
    ...memberReasons(reward, definition, facts),
    ...countedReasons(reward, definition.timeZone, facts, quantity),
    ...missing.filter((part) => part.missing > 0).map((part) => ({ code: "insufficient_points" as const, ...part })),
  ];
}
