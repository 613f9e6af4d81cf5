import type { CompiledRule } from "../compiled-rule.ts";
import { momentOf } from "../schedules/moment.ts";
import { type Counter, counterId } from "./counter.ts";
import { counterOf } from "./limiter.ts";

const NONE: readonly Counter[] = [];

/** Tells which counters a decision on an order or on a type of event may ask at an instant: those of its rules that are active then, whoever the member is. */
export function compileCandidates(rules: readonly CompiledRule[], zone: string): (now: Date, event?: string) => readonly Counter[] {
  const limited = rules.filter(({ limits, stocks }) => limits.some((limit) => limit.for !== "order") || stocks.size > 0);
  if (limited.length === 0) return () => NONE;
  return (now, event) => {
    const [instant, moment] = [now.getTime(), momentOf(now, zone)];
    const counters = limited
      .filter(({ on }) => on === (event ?? null))
      .filter(({ isPaused, from, until }) => !isPaused && (from === null || instant >= from) && (until === null || instant < until))
      .filter(({ schedule }) => schedule === null || schedule.isOpen(moment))
      .flatMap(({ limits, stocks }) => [...limits, ...stocks.values()].flatMap((limit) => counterOf(limit, now, zone) ?? []));
    return [...new Map(counters.map((counter) => [`${counter.for} ${counterId(counter)}`, counter])).values()];
  };
}
