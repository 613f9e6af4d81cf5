import type { CompiledRule } from "../compiled-rule.ts";
import type { EventFacts } from "../decision.ts";
import { mayApply } from "../may-apply.ts";
import { momentOf } from "../schedules/moment.ts";
import { type Counter, counterId } from "./counter.ts";
import { counterOf } from "./limiter.ts";

const NONE: readonly Counter[] = [];

/** What of an event says which counters a decision on it may ask. */
export type CountedEvent = Pick<EventFacts, "type" | "data">;

/** Tells which counters a decision on an order or on an event may ask at an instant: those of its rules that are active then, whoever the member is. */
export function compileCandidates(rules: readonly CompiledRule[], zone: string): (now: Date, event?: CountedEvent) => readonly Counter[] {
  const limited = rules.filter(({ limits, stocks }) => limits.some((limit) => limit.for !== "order") || stocks.size > 0);
  if (limited.length === 0) return () => NONE;
  return (now, event) => {
    const moment = momentOf(now, zone);
    const counters = limited
      .filter((rule) => rule.on === (event?.type ?? null) && mayApply(rule, moment))
      .flatMap(({ limits, stocks }) => [...limits, ...stocks.values()].flatMap((limit) => counterOf(limit, now, zone, event?.data) ?? []));
    return [...new Map(counters.map((counter) => [`${counter.for} ${counterId(counter)}`, counter])).values()];
  };
}
