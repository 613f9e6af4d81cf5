import { dayStart, dayToDate, localDay, periodRange } from "../../core/period.ts";
import type { LimitPeriod } from "./limit-definition.ts";

/** The period of a counter that never begins anew; as Postgres writes the date before all others. */
export const WHOLE_LIFE = "-infinity";

/**
 * What a limit has let through so far, of one member or of the whole program: a row of `counters`. `period` is the local
 * date on which its calendar period begins.
 */
export type Counter = { for: "member" | "program"; key: string; period: string };

/** Names a counter among those of one member, or of the program. */
export const counterId = ({ key, period }: Pick<Counter, "key" | "period">): string => `${period} ${key}`;

/** What is used of counters before a decision. Points, minor units, orders or units of goods. */
export type UsedCounters = { used(counter: Counter): number };

export const NOTHING_USED: UsedCounters = { used: () => 0 };

/** 1970-01-05 was a Monday. */
const mondayOf = (day: number): number => day - ((((day - 4) % 7) + 7) % 7);

/** The local date on which the period begins that an instant falls into. */
export function periodStart(instant: Date, per: LimitPeriod | null, zone: string): string {
  if (per === null) return WHOLE_LIFE;
  const day = localDay(instant, zone);
  if (per === "day") return dayToDate(day);
  return dayToDate(per === "week" ? mondayOf(day) : periodRange(day, per).from);
}

/** The first instant of the period after the one that an instant falls into; null without a period. */
export function periodEnd(instant: Date, per: LimitPeriod | null, zone: string): Date | null {
  if (per === null) return null;
  const day = localDay(instant, zone);
  if (per === "day") return dayStart(day + 1, zone);
  return dayStart(per === "week" ? mondayOf(day) + 7 : periodRange(day, per).to, zone);
}
