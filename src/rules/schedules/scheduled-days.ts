import { type CalendarDay, calendarDay } from "../../core/calendar-day.ts";
import type { EpochDay } from "../../core/period.ts";
import { type DayContext, type DayPart, dayParts } from "./day-parts.ts";
import type { Schedule } from "./schedule.ts";

/** How far ahead a scheduled day is looked for. */
const LOOK_AHEAD_DAYS = 366;

/** The days of a schedule, the same for all members. */
export class ScheduledDays {
  readonly #parts: readonly DayPart[];
  /** The last search: whoever asks for a day between its beginning and what it found gets the same answer. */
  #searched: { from: EpochDay; found: EpochDay | null } | undefined;

  constructor(schedule: Schedule, context: DayContext) {
    this.#parts = dayParts(schedule, context);
  }

  /** The first field of the schedule that does not hold on a day, null when it is a scheduled one. */
  failingOn(day: CalendarDay): keyof Schedule | null {
    return this.#parts.find((part) => !part.holds(day))?.field ?? null;
  }

  /** The first scheduled day from a day on, null when a year has none. */
  firstFrom(day: EpochDay): EpochDay | null {
    const known = this.#searched;
    if (known !== undefined && (known.found === null ? day === known.from : known.from <= day && day <= known.found)) return known.found;
    const found = this.#search(day);
    this.#searched = { from: day, found };
    return found;
  }

  #search(first: EpochDay): EpochDay | null {
    for (let day = first; day < first + LOOK_AHEAD_DAYS; day++) {
      if (this.failingOn(calendarDay(day)) === null) return day;
    }
    return null;
  }
}
