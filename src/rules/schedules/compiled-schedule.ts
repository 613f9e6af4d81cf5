import type { CalendarDay } from "../../core/calendar-day.ts";
import { isoText } from "../../core/iso-text.ts";
import type { DayContext } from "./day-parts.ts";
import { compileHours, type Hours, opening } from "./hours.ts";
import { type MemberPart, memberParts, type ScheduledMember, type ScheduleReason } from "./member-parts.ts";
import { type Moment, momentOf } from "./moment.ts";
import type { Schedule } from "./schedule.ts";
import { ScheduledDays } from "./scheduled-days.ts";

/** What the calendar and the clock say, the same for all members: the scheduled day that it is, or why it is none. */
type Standing = { day: CalendarDay } | { reason: ScheduleReason };

export type ScheduleContext = DayContext & {
  /** First instant at which what it belongs to is over, in milliseconds; null is never. */
  ends: number | null;
};

/** A schedule that is ready to be asked; made once for a rule-set version and so for one time zone. Hours over midnight belong to the day on which they begin. */
export class CompiledSchedule {
  readonly #days: ScheduledDays;
  readonly #hours: Hours | null;
  readonly #member: readonly MemberPart[];
  readonly #ends: number | null;
  /** True when it depends on the birth date. */
  readonly readsProfile: boolean;
  /** True when it holds for all members at the same times. */
  readonly isForAll: boolean;
  /** What was said last, and the instants for which it is so: nearly all orders of a day get the same. */
  #last: { from: number; until: number; standing: Standing } | undefined;

  constructor(schedule: Schedule, { ends, ...context }: ScheduleContext) {
    this.#days = new ScheduledDays(schedule, context);
    this.#hours = schedule.between === undefined ? null : compileHours(schedule.between);
    this.#member = memberParts(schedule);
    this.#ends = ends;
    this.isForAll = this.#member.length === 0;
    this.readsProfile = schedule.birthday !== undefined;
  }

  /** Why it does not hold for a member at a moment, null when it does. */
  bars(moment: Moment, member: ScheduledMember): ScheduleReason | null {
    const standing = this.#standingAt(moment);
    if ("reason" in standing) return standing.reason;
    for (const part of this.#member) {
      const reason = part(standing.day, member, moment.zone);
      if (reason !== null) return reason;
    }
    return null;
  }

  /** Whether it holds at a moment for any member at all. */
  isOpen(moment: Moment): boolean {
    return "day" in this.#standingAt(moment);
  }

  /** Whether the days and hours hold at a moment, the member left aside, and when they do next; null while they hold. */
  standing(moment: Moment): { isOpen: boolean; next: string | null } {
    const standing = this.#standingAt(moment);
    if ("day" in standing) return { isOpen: true, next: null };
    const { reason } = standing;
    return { isOpen: false, next: reason.kind === "not_scheduled" ? (reason.next ?? null) : null };
  }

  /**
   * The first instant after a moment, and before `end`, at which its days and hours begin to hold, the member left aside. Days that
   * follow each other without a gap have one beginning.
   */
  beginsAfter(moment: Moment, end: number): number | null {
    for (let at = moment; ; ) {
      const start = this.#nextStart(at);
      if (start === null || start >= end) return null;
      if (!this.isOpen(momentOf(new Date(start - 1), moment.zone))) return start;
      at = momentOf(new Date(start), moment.zone);
    }
  }

  #standingAt(moment: Moment): Standing {
    const { instant, calendar, today, yesterday } = moment;
    const known = this.#last;
    if (known !== undefined && known.from <= instant && instant < known.until) return known.standing;

    const hours = [yesterday, today].map(({ day }) => opening(this.#hours, day, calendar));
    const turns = [calendar.startOf(today.day), calendar.startOf(today.day + 1), ...hours.flatMap(({ from, until }) => [from, until])];
    const from = Math.max(...turns.filter((turn) => turn <= instant));
    const until = Math.min(...turns.filter((turn) => turn > instant));
    const standing = this.#judge(moment);
    this.#last = { from, until, standing };
    return standing;
  }

  #judge(moment: Moment): Standing {
    const day = this.#dayOfHours(moment);
    const field = this.#days.failingOn(day ?? moment.today) ?? (day === null ? "between" : null);
    if (day !== null && field === null) return { day };
    // When it begins again says something of a member whose moments it depends on.
    const next = this.isForAll ? this.#nextStart(moment) : null;
    const isInTime = next !== null && (this.#ends === null || next < this.#ends);
    return { reason: { kind: "not_scheduled", field: field ?? "between", ...(isInTime && { next: isoText(next) }) } };
  }

  /** The day whose hours it is now, null outside of them. */
  #dayOfHours({ instant, calendar, today, yesterday }: Moment): CalendarDay | null {
    const isOpen = ({ day }: CalendarDay): boolean => {
      const { from, until } = opening(this.#hours, day, calendar);
      return from <= instant && instant < until;
    };
    return [today, yesterday].find(isOpen) ?? null;
  }

  #nextStart({ instant, calendar, today }: Moment): number | null {
    const hasBegun = opening(this.#hours, today.day, calendar).from <= instant;
    let day = this.#days.firstFrom(hasBegun ? today.day + 1 : today.day);
    while (day !== null) {
      const { from, until } = opening(this.#hours, day, calendar);
      // Hours that the clock leaves out on this day are empty.
      if (from > instant && from < until) return from;
      day = this.#days.firstFrom(day + 1);
    }
    return null;
  }
}
