import { Temporal } from "temporal-polyfill";

const DAY_MS = 86_400_000;
/** About 55 years of days. Past it the cache starts anew, so that odd dates cannot fill the memory. */
const DAYS_CACHED_MAX = 20_000;

/** The local days of one time zone as instants in milliseconds. Each order asks, and days repeat: so they are kept. */
export class Calendar {
  readonly #zone: string;
  readonly #starts = new Map<number, number>();

  constructor(zone: string) {
    this.#zone = zone;
  }

  /** The epoch day on which an instant falls. No zone is more than a day away from UTC, so the first guess is nearly right. */
  dayOf(instant: number): number {
    let day = Math.floor(instant / DAY_MS);
    while (instant < this.startOf(day)) day -= 1;
    while (instant >= this.startOf(day + 1)) day += 1;
    return day;
  }

  startOf(day: number): number {
    const known = this.#starts.get(day);
    if (known !== undefined) return known;
    if (this.#starts.size >= DAYS_CACHED_MAX) this.#starts.clear();
    const start = plainDate(day).toZonedDateTime(this.#zone).epochMilliseconds;
    this.#starts.set(day, start);
    return start;
  }

  lengthOf(day: number): number {
    return this.startOf(day + 1) - this.startOf(day);
  }

  /** The time of day of an instant, on another day: by the clock on the wall. */
  moveTo(instant: number, day: number): number {
    const time = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.#zone).toPlainTime();
    return plainDate(day).toZonedDateTime({ timeZone: this.#zone, plainTime: time }).epochMilliseconds;
  }

  /**
   * The first instant of a day at which the clock on the wall shows this time (milliseconds after midnight, up to 24 hours)
   * or a later one: of a time that comes twice the first, of a time that the clock leaves out the one at which it jumps.
   */
  timeOn(day: number, timeOfDay: number): number {
    if (timeOfDay >= DAY_MS) return this.startOf(day + 1);
    if (this.lengthOf(day) === DAY_MS) return this.startOf(day) + timeOfDay;
    const asked = plainDate(day).toPlainDateTime().add({ milliseconds: timeOfDay });
    const shown = asked.toZonedDateTime(this.#zone);
    if (shown.toPlainDateTime().equals(asked)) return shown.epochMilliseconds;
    const jump = shown.add({ nanoseconds: 1 }).getTimeZoneTransition("previous");
    return jump?.epochMilliseconds ?? shown.epochMilliseconds;
  }

  /** Milliseconds on the clock on the wall since the day began, such as 3 600 000 at 01:00. */
  timeOfDay(instant: number): number {
    const day = this.dayOf(instant);
    if (this.lengthOf(day) === DAY_MS) return instant - this.startOf(day);
    const local = Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.#zone);
    return ((local.hour * 60 + local.minute) * 60 + local.second) * 1000 + local.millisecond;
  }
}

const plainDate = (day: number): Temporal.PlainDate => Temporal.PlainDate.from("1970-01-01").add({ days: day });

const calendars = new Map<string, Calendar>();

/** One calendar for each zone; programs name their zone, so there are few. An unknown zone throws a RangeError. */
export function calendarOf(zone: string): Calendar {
  let calendar = calendars.get(zone);
  if (calendar === undefined) {
    calendar = new Calendar(zone);
    calendars.set(zone, calendar);
  }
  return calendar;
}
