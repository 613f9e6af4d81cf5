import { anniversaryIn, type CalendarDay, calendarDay, isAnniversary } from "../../core/calendar-day.ts";
import { dateToDay, daysSince, type EpochDay } from "../../core/period.ts";
import type { MemberFacts, RuleTrace } from "../decision.ts";
import type { Schedule } from "./schedule.ts";

/** Why a schedule does not hold. */
export type ScheduleReason = Extract<NonNullable<RuleTrace["reason"]>, { kind: "not_scheduled" | "attribute_missing" }>;

/** What a schedule may look at of a member. */
export type ScheduledMember = Pick<MemberFacts, "enrolledAt" | "birthDate">;

/** One thing that a schedule says about the day that differs from member to member. Says why it does not hold, or null. */
export type MemberPart = (day: CalendarDay, member: ScheduledMember, zone: string) => ScheduleReason | null;

/** Whether a day counts as the birthday of who was born on a date. Who was born on 29 February has it on the 28th in other years. */
function isBirthday(span: "day" | "week" | "month", today: CalendarDay, birthDate: string): boolean {
  const born = calendarDay(dateToDay(birthDate));
  if (span === "month") return today.month === born.month;
  if (span === "day") return isAnniversary(today, born);
  const monday: EpochDay = today.day - today.weekday + 1;
  const sunday = calendarDay(monday + 6);
  // A week may lie in two years.
  return [calendarDay(monday).year, sunday.year]
    .map((year) => anniversaryIn(year, born))
    .some((birthday) => monday <= birthday && birthday <= sunday.day);
}

/** What a schedule says about the member. A missing birth date is no birthday, and the reason names it but never a date. */
export function memberParts({ birthday, daysAfterJoining }: Schedule): MemberPart[] {
  const parts: MemberPart[] = [];
  if (birthday !== undefined) {
    parts.push((day, { birthDate }) => {
      if (birthDate === undefined) return { kind: "attribute_missing", part: `birthday: ${birthday}`, path: "member.birthDate" };
      return isBirthday(birthday, day, birthDate) ? null : { kind: "not_scheduled", field: "birthday" };
    });
  }
  if (daysAfterJoining !== undefined) {
    const { from, until } = daysAfterJoining;
    parts.push(({ day }, { enrolledAt }, zone) => {
      const joinedDays = daysSince(enrolledAt, day, zone);
      return from <= joinedDays && joinedDays < until ? null : { kind: "not_scheduled", field: "daysAfterJoining" };
    });
  }
  return parts;
}
