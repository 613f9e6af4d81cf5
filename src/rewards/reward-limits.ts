import type { ProgramDefinition } from "../programs/definition.ts";
import type { RewardDefinition, RewardLimit } from "../programs/reward-definition.ts";
import { type Counter, periodStart } from "../rules/limits/counter.ts";
import type { LimitPeriod } from "../rules/limits/limit-definition.ts";

/** The stock of a reward, or what one member may have of it, with the counter that says what is used. */
export type CountedLimit = { kind: "stock" | "limit"; atMost: number; per: LimitPeriod | null; counter: Counter };

/**
 * The limits of a reward in the periods that an instant falls into. Their counters stay the same in later versions of the
 * program, so that a stock is topped up by a higher number and nothing given is forgotten. No rule's id has a colon.
 */
export function limitsOf({ id, stock = [], limits = [] }: RewardDefinition, now: Date, zone: string): CountedLimit[] {
  const counted = (
    kind: CountedLimit["kind"],
    { atMost, per = null }: { atMost: number; per?: RewardLimit["per"] | null },
  ): CountedLimit => {
    const key = `reward:${id} ${per ?? "life"} ${kind === "stock" ? "stock" : "pieces"}`;
    return { kind, atMost, per, counter: { for: kind === "stock" ? "program" : "member", key, period: periodStart(now, per, zone) } };
  };
  return [...stock.map((limit) => counted("stock", limit)), ...limits.map((limit) => counted("limit", limit))];
}

/** The counters of a reward at an instant; none of one that there is not. */
export function rewardCounters(
  { rewards = [], timeZone }: Pick<ProgramDefinition, "rewards" | "timeZone">,
  id: string,
  now: Date,
): Counter[] {
  const reward = rewards.find((candidate) => candidate.id === id);
  return reward === undefined ? [] : limitsOf(reward, now, timeZone).map(({ counter }) => counter);
}
