import type { InputProblem } from "../core/errors.ts";
import { dateToDay } from "../core/period.ts";
import { CompiledSchedule } from "../rules/schedules/compiled-schedule.ts";
import { DaySet } from "../rules/schedules/date-list.ts";
import { COUNT_YEARS_MAX, Recurrence } from "../rules/schedules/recurrence.ts";
import { readRecurrence } from "../rules/schedules/recurrence-rule.ts";
import type { Schedule } from "../rules/schedules/schedule.ts";
import type { ProgramDefinition } from "./definition.ts";
import { textProblem } from "./text-problem.ts";

/** The days of each are found once a year and version, in milliseconds: together they must not stall a decision. */
const RRULES_MAX = 200;

/** A rule or a reward: `until` is RFC 3339. */
type Scheduled = { schedule?: Schedule | undefined; until?: string | undefined };

/** Compiles the schedules of one program; what is wrong with them is in `problems`. */
export class ScheduleCompiler {
  readonly #calendars: ReadonlyMap<string, DaySet>;
  readonly #problems: InputProblem[];
  #rrules = 0;

  constructor({ calendars = [] }: Pick<ProgramDefinition, "calendars">, problems: InputProblem[]) {
    this.#calendars = new Map(calendars.map(({ id, dates }) => [id, new DaySet(dates)]));
    this.#problems = problems;
  }

  compile({ schedule, until }: Scheduled, pointer: string): CompiledSchedule | null {
    if (schedule === undefined) return null;
    const { calendar } = schedule;
    if (calendar !== undefined && !this.#calendars.has(calendar)) {
      this.#problems.push({
        pointer: `${pointer}/calendar`,
        code: "unknown_calendar",
        detail: `the program has no calendar "${calendar}"`,
      });
      return null;
    }
    const recurrences = this.#recurrences(schedule, pointer);
    if (recurrences === null) return null;
    return new CompiledSchedule(schedule, {
      calendars: this.#calendars,
      recurrences,
      ends: until === undefined ? null : Date.parse(until),
    });
  }

  /** Null when one of them is wrong. */
  #recurrences({ rrule, dtstart }: Schedule, pointer: string): Recurrence[] | null {
    if (rrule === undefined) return [];
    const texts = typeof rrule === "string" ? [rrule] : rrule;
    const start = dtstart === undefined ? null : dateToDay(dtstart);
    const compiled = texts.map((text, index) =>
      this.#recurrence(text, start, typeof rrule === "string" ? `${pointer}/rrule` : `${pointer}/rrule/${index}`),
    );
    return compiled.includes(null) ? null : compiled.filter((recurrence) => recurrence !== null);
  }

  #recurrence(text: string, start: number | null, pointer: string): Recurrence | null {
    this.#rrules += 1;
    if (this.#rrules > RRULES_MAX) {
      if (this.#rrules === RRULES_MAX + 1) {
        this.#problems.push({ pointer, code: "too_many_rrules", detail: `a program has at most ${RRULES_MAX} recurrence rules` });
      }
      return null;
    }
    const rule = readRecurrence(text, { hasStart: start !== null });
    if ("detail" in rule) {
      this.#problems.push(textProblem(text, pointer, { code: "rrule_invalid", ...rule }));
      return null;
    }
    const recurrence = new Recurrence(rule, start);
    if (recurrence.isReached) return recurrence;
    const detail = `COUNT=${rule.count} is not reached within ${COUNT_YEARS_MAX} years of dtstart`;
    this.#problems.push({ pointer, code: "rrule_invalid", detail });
    return null;
  }
}
