import type { ProgramDefinition } from "../programs/definition.ts";
import type { RewardDefinition, RewardGives } from "../programs/reward-definition.ts";
import type { Audience } from "../rules/audience/audience.ts";
import type { Counter, UsedCounters } from "../rules/limits/counter.ts";
import type { LimitPeriod } from "../rules/limits/limit-definition.ts";
import type { RewardReason } from "./reasons.ts";
import { limitsOf } from "./reward-limits.ts";

/** A reward of the version in force as it stands, whoever the member is. Instants are RFC 3339; units are pieces. */
export type RewardView = {
  id: string;
  label: string;
  description: string | null;
  state: "upcoming" | "available" | "out_of_stock" | "ended";
  price: { wallet: string; points: number }[];
  gives: RewardGives;
  minTier: string | null;
  audience: Audience | null;
  stock: { atMost: number; per: LimitPeriod | null; given: number; left: number }[];
  limits: { atMost: number; per: LimitPeriod | null }[];
  from: string | null;
  until: string | null;
  fulfilment: RewardDefinition["fulfilment"];
};

export type MemberRewardView = RewardView & { redeemable: boolean; reasons: RewardReason[] };

/** The counters that say how rewards stand. */
export const countersOf = (rewards: readonly RewardDefinition[], { timeZone }: Pick<ProgramDefinition, "timeZone">, now: Date): Counter[] =>
  rewards.flatMap((reward) => limitsOf(reward, now, timeZone).map(({ counter }) => counter));

const utc = (text: string | undefined): string | null => (text === undefined ? null : new Date(text).toISOString());

function stateOf({ from, until }: RewardDefinition, stock: RewardView["stock"], now: Date): RewardView["state"] {
  if (until !== undefined && now.getTime() >= Date.parse(until)) return "ended";
  if (from !== undefined && now.getTime() < Date.parse(from)) return "upcoming";
  return stock.some(({ left }) => left === 0) ? "out_of_stock" : "available";
}

/** `used` knows the counters that `countersOf` names. */
export function rewardView(
  reward: RewardDefinition,
  { timeZone }: Pick<ProgramDefinition, "timeZone">,
  now: Date,
  used: UsedCounters,
): RewardView {
  const limits = limitsOf(reward, now, timeZone);
  const stock = limits.flatMap(({ kind, atMost, per, counter }) => {
    const given = used.used(counter);
    return kind === "stock" ? [{ atMost, per, given, left: Math.max(0, atMost - given) }] : [];
  });
  return {
    id: reward.id,
    label: reward.label,
    description: reward.description ?? null,
    state: stateOf(reward, stock, now),
    price: reward.price,
    gives: reward.gives,
    minTier: reward.minTier ?? null,
    audience: reward.audience ?? null,
    stock,
    limits: limits.flatMap(({ kind, atMost, per }) => (kind === "limit" ? [{ atMost, per }] : [])),
    from: utc(reward.from),
    until: utc(reward.until),
    fulfilment: reward.fulfilment,
  };
}
