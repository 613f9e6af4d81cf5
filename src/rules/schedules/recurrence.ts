import { type CalendarDay, calendarDay } from "../../core/calendar-day.ts";
import { DAY_MS, dateToDay, type EpochDay } from "../../core/period.ts";
import { isCandidate, periodOf, type RecurrenceStart } from "./recurrence-days.ts";
import type { RecurrenceRule } from "./recurrence-rule.ts";

/** Where rules without a start are counted from: before every order. */
const NO_START: EpochDay = dateToDay("1960-01-01");
/** Years whose days are kept. Past it they are found anew, so that odd dates cannot fill the memory. */
const YEARS_KEPT_MAX = 64;
/** A rule with COUNT must have its days within so many years of its start. */
export const COUNT_YEARS_MAX = 100;

const startOf = (year: number): EpochDay => {
  const date = new Date(0);
  date.setUTCFullYear(year, 0, 1);
  return date.getTime() / DAY_MS;
};

/**
 * The days of one RRULE (docs/adr/0009-recurrence-rules.md). Found a calendar year at a time, by looking at each of its
 * days once, whatever the year's distance from the start: so asking costs a look-up, and the first order of a year
 * less than a millisecond.
 */
export class Recurrence {
  readonly #rule: RecurrenceRule;
  readonly #start: RecurrenceStart;
  readonly #last: EpochDay;
  readonly #years = new Map<number, ReadonlySet<EpochDay>>();
  /** False when COUNT days are not found within reach of the start: such a rule is refused. */
  readonly isReached: boolean;

  constructor(rule: RecurrenceRule, dtstart: EpochDay | null) {
    const first = calendarDay(dtstart ?? NO_START);
    this.#rule = rule;
    this.#start = { ...first, period: periodOf(rule, first) };
    const counted = rule.count === undefined ? undefined : this.#dayOfCount(rule.count);
    this.isReached = counted !== null;
    this.#last = counted ?? rule.until ?? Number.POSITIVE_INFINITY;
  }

  has(day: EpochDay): boolean {
    if (day < this.#start.day || day > this.#last) return false;
    const { year } = calendarDay(day);
    let days = this.#years.get(year);
    if (days === undefined) {
      if (this.#years.size >= YEARS_KEPT_MAX) this.#years.clear();
      days = new Set(this.#daysOf(year));
      this.#years.set(year, days);
    }
    return days.has(day);
  }

  /** The day with which a count is full, null when the days do not come in time. */
  #dayOfCount(count: number): EpochDay | null {
    let left = count;
    for (let year = this.#start.year; year < this.#start.year + COUNT_YEARS_MAX; year++) {
      const days = this.#daysOf(year);
      const found = days[left - 1];
      if (found !== undefined) return found;
      left -= days.length;
    }
    return null;
  }

  /** From the start on. A week that lies in two years is looked at as a whole, since BYSETPOS counts its days. */
  #daysOf(year: number): EpochDay[] {
    const [from, to] = [startOf(year), startOf(year + 1)];
    const chosen: EpochDay[] = [];
    let period = Number.NaN;
    let candidates: CalendarDay[] = [];
    for (let day = from - 6; day < to + 6; day++) {
      const shown = calendarDay(day);
      const own = periodOf(this.#rule, shown);
      if (own !== period) {
        chosen.push(...this.#choose(candidates));
        [period, candidates] = [own, []];
      }
      if (isCandidate(this.#rule, shown, this.#start, own)) candidates.push(shown);
    }
    chosen.push(...this.#choose(candidates));
    return chosen.filter((day) => day >= from && day < to && day >= this.#start.day);
  }

  #choose(candidates: readonly CalendarDay[]): EpochDay[] {
    const days = candidates.map(({ day }) => day);
    const { bySetPos } = this.#rule;
    return bySetPos === undefined ? days : days.filter((_, index) => bySetPos.has(index + 1) || bySetPos.has(index - days.length));
  }
}
