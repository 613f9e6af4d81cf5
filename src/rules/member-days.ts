import { type CalendarDay, calendarDay, isAnniversary } from "../core/calendar-day.ts";
import { dateToDay, localDay } from "../core/period.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { mayApply } from "./may-apply.ts";
import type { ScheduledMember } from "./schedules/member-parts.ts";
import { momentOf } from "./schedules/moment.ts";
import { eventTypeOfDay, MEMBER_DAYS, type MemberDay } from "./trigger.ts";

/** Whether a local day is this day of the member. The anniversary of joining is there from the year after on. */
export function fallsOn(day: MemberDay, today: CalendarDay, { birthDate, enrolledAt }: ScheduledMember, zone: string): boolean {
  if (day === "birthday") return birthDate !== undefined && isAnniversary(today, calendarDay(dateToDay(birthDate)));
  const joined = calendarDay(localDay(enrolledAt, zone));
  return joined.year < today.year && isAnniversary(today, joined);
}

/** Tells which days of members set off a rule that may apply at an instant, whoever the member is. */
export function compileMemberDays(rules: readonly CompiledRule[], zone: string): (now: Date) => readonly MemberDay[] {
  const byDay = MEMBER_DAYS.map((day) => ({ day, own: rules.filter(({ on }) => on === eventTypeOfDay(day)) }));
  return (now) => {
    const moment = momentOf(now, zone);
    return byDay.flatMap(({ day, own }) => (own.some((rule) => mayApply(rule, moment)) ? [day] : []));
  };
}
