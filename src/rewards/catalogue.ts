import { isoText } from "../core/iso-text.ts";
import type { CompiledProgram } from "../programs/compiled.ts";
import type { ProgramDefinition } from "../programs/definition.ts";
import type { RewardDefinition, RewardGives } from "../programs/reward-definition.ts";
import type { Audience } from "../rules/audience/audience.ts";
import type { Counter, UsedCounters } from "../rules/limits/counter.ts";
import type { LimitPeriod } from "../rules/limits/limit-definition.ts";
import type { CompiledSchedule } from "../rules/schedules/compiled-schedule.ts";
import { momentOf } from "../rules/schedules/moment.ts";
import type { RewardReason } from "./reasons.ts";
import { limitsOf } from "./reward-limits.ts";

/** A reward of the version in force as it stands, whoever the member is. Instants are RFC 3339; units are pieces. */
export type RewardView = {
  id: string;
  label: string;
  description: string | null;
  state: "upcoming" | "not_scheduled" | "available" | "out_of_stock" | "ended";
  price: { wallet: string; points: number }[];
  gives: RewardGives;
  minTier: string | null;
  audience: Audience | null;
  stock: { atMost: number; per: LimitPeriod | null; given: number; left: number }[];
  limits: { atMost: number; per: LimitPeriod | null }[];
  from: string | null;
  until: string | null;
  /** Null without one. `next` is when its days and hours begin to hold, within a year and where that is the same for all members. */
  schedule: { isOpen: boolean; next: string | null } | null;
  fulfilment: RewardDefinition["fulfilment"];
};

export type MemberRewardView = RewardView & { redeemable: boolean; reasons: RewardReason[] };

/** The counters that say how rewards stand. */
export const countersOf = (rewards: readonly RewardDefinition[], { timeZone }: Pick<ProgramDefinition, "timeZone">, now: Date): Counter[] =>
  rewards.flatMap((reward) => limitsOf(reward, now, timeZone).map(({ counter }) => counter));

const utc = (text: string | undefined): string | null => (text === undefined ? null : isoText(Date.parse(text)));

/** Outside of its `from` and `until` a reward is at no time to be had; what begins before `from` begins then. */
function scheduleView(
  { from, until }: RewardDefinition,
  schedule: CompiledSchedule | undefined,
  now: Date,
  zone: string,
): RewardView["schedule"] {
  if (schedule === undefined) return null;
  if (until !== undefined && now.getTime() >= Date.parse(until)) return { isOpen: false, next: null };
  const first = from === undefined ? now : new Date(Math.max(now.getTime(), Date.parse(from)));
  const { isOpen, next } = schedule.standing(momentOf(first, zone));
  if (first.getTime() === now.getTime()) return { isOpen, next };
  return { isOpen: false, next: isOpen && schedule.isForAll ? first.toISOString() : next };
}

function stateOf(
  { from, until }: RewardDefinition,
  { stock, schedule }: Pick<RewardView, "stock" | "schedule">,
  now: Date,
): RewardView["state"] {
  if (until !== undefined && now.getTime() >= Date.parse(until)) return "ended";
  if (from !== undefined && now.getTime() < Date.parse(from)) return "upcoming";
  if (schedule?.isOpen === false) return "not_scheduled";
  return stock.some(({ left }) => left === 0) ? "out_of_stock" : "available";
}

/** `used` knows the counters that `countersOf` names. */
export function rewardView(
  reward: RewardDefinition,
  { definition: { timeZone }, rewardSchedules }: Pick<CompiledProgram, "definition" | "rewardSchedules">,
  now: Date,
  used: UsedCounters,
): RewardView {
  const limits = limitsOf(reward, now, timeZone);
  const stock = limits.flatMap(({ kind, atMost, per, counter }) => {
    const given = used.used(counter);
    return kind === "stock" ? [{ atMost, per, given, left: Math.max(0, atMost - given) }] : [];
  });
  const schedule = scheduleView(reward, rewardSchedules.get(reward.id), now, timeZone);
  return {
    id: reward.id,
    label: reward.label,
    description: reward.description ?? null,
    state: stateOf(reward, { stock, schedule }, now),
    price: reward.price,
    gives: reward.gives,
    minTier: reward.minTier ?? null,
    audience: reward.audience ?? null,
    stock,
    limits: limits.flatMap(({ kind, atMost, per }) => (kind === "limit" ? [{ atMost, per }] : [])),
    from: utc(reward.from),
    until: utc(reward.until),
    schedule,
    fulfilment: reward.fulfilment,
  };
}
