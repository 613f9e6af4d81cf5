import type { CompiledRule } from "./compiled-rule.ts";
import { type Moment, momentOf } from "./schedules/moment.ts";

/** A start of a rule that is to be announced. Instants in milliseconds; `until` is the end of the rule, null without one. */
export type UpcomingStart = { rule: string; label: string; startsAt: number; until: number | null };

/** When a rule begins to apply next, before `end`: with its `from`, or with the next opening of its schedule. Null when it does not. */
function nextStart({ from, until, schedule }: CompiledRule, now: Moment, end: number): number | null {
  const isToBegin = from !== null && from > now.instant;
  if (isToBegin && from >= end) return null;
  const first = isToBegin ? momentOf(new Date(from), now.zone) : now;
  const begins = isToBegin && (schedule === null || schedule.isOpen(first));
  const start = begins ? first.instant : (schedule?.beginsAfter(first, end) ?? null);
  return start !== null && (until === null || start < until) ? start : null;
}

/**
 * Tells which starts of rules are to be announced at an instant: those that are no more local days ahead than the rule says,
 * counted from the beginning of a day. Rules that are paused or drafts have none.
 */
export function compileUpcoming(rules: readonly CompiledRule[], zone: string): (now: Date) => UpcomingStart[] {
  const announced = rules.filter(({ announcedDaysAhead, isPaused }) => announcedDaysAhead !== null && !isPaused);
  return (now) => {
    const moment = momentOf(now, zone);
    return announced.flatMap((rule) => {
      const end = moment.calendar.startOf(moment.today.day + (rule.announcedDaysAhead ?? 0) + 1);
      const startsAt = nextStart(rule, moment, end);
      return startsAt === null ? [] : [{ rule: rule.id, label: rule.label, startsAt, until: rule.until }];
    });
  };
}
