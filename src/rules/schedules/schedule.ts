import { z } from "zod";
import { DateListId } from "./date-list.ts";

/** From Monday on, so that the index is one less than the ISO number. */
export const WEEKDAYS = ["mo", "tu", "we", "th", "fr", "sa", "su"] as const;
const Weekday = z.enum(WEEKDAYS).meta({ id: "Weekday", description: "Day of the week" });

const notZero = (value: number) => value !== 0;
const DayOfMonth = z.int().min(-31).max(31).refine(notZero, "days count from 1, or from -1 at the end of the month");
const Nth = z
  .int()
  .min(-5)
  .max(5)
  .refine(notZero, "the first is 1, the last is -1")
  .meta({ description: "Which of them in the month; the last is -1" });

/** A date of every year; 02-29 is one, in leap years only. */
const YearlyDate = z
  .string()
  .regex(
    /^(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)-(?:0[1-9]|[12]\d|30)|02-(?:0[1-9]|1\d|2\d))$/,
    "a month and a day that exist: 11-11",
  )
  .meta({ example: "11-11" });

const FromTime = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "hours and minutes: 20:00")
  .meta({ description: "When the hours begin, on the wall", example: "20:00" });
const UntilTime = z
  .string()
  .regex(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/, "hours and minutes, 24:00 at most: 22:00")
  .meta({ description: "When they end, on the wall", example: "22:00" });

const Hours = z
  .strictObject({ from: FromTime, until: UntilTime })
  .refine(({ from, until }) => from !== until, { path: ["until"], message: "hours end at another time than they begin" })
  .meta({ id: "ScheduleHours", description: "Hours of the day; until a time that is not later than `from` they end on the next day" });

const DaysAfterJoining = z
  .strictObject({
    from: z.int().nonnegative().max(36_500).default(0).meta({ description: "First day that counts" }),
    until: z.int().positive().max(36_500).meta({ description: "First day that no longer counts" }),
  })
  .refine(({ from, until }) => from < until, { path: ["until"], message: "the days end after they begin" })
  .meta({
    id: "DaysAfterJoining",
    description: "Local days since the member joined, which is day 0; `until` is the first that no longer counts",
  });

const RRULE_MAX = 500;
const RRULES_MAX = 10;
const Rrule = z.string().min(1).max(RRULE_MAX).meta({ example: "FREQ=MONTHLY;BYDAY=2TH" });

/** When a rule applies or a reward can be redeemed, by the calendar and the clock on the wall of the program's zone. All that is said must hold. */
export const Schedule = z
  .strictObject({
    daysOfMonth: z.array(DayOfMonth).min(1).max(31).optional().meta({ description: "Days of the month; -1 is the last" }),
    weekdays: z.array(Weekday).min(1).max(7).optional().meta({ description: "Days of the week" }),
    nthWeekday: z
      .strictObject({ weekday: Weekday, nth: Nth })
      .optional()
      .meta({ description: "Such as the second Thursday of the month; -1 is the last" }),
    months: z.array(z.int().min(1).max(12)).min(1).max(12).optional().meta({ description: "Months, 1 to 12" }),
    dates: z.array(YearlyDate).min(1).max(366).optional().meta({ description: "Dates of every year" }),
    rrule: z
      .union([Rrule, z.array(Rrule).min(1).max(RRULES_MAX)])
      .optional()
      .meta({ description: "Days by a recurrence rule (RFC 5545), or by one of a list: FREQ, INTERVAL, COUNT, UNTIL, BY… of whole days" }),
    dtstart: z.iso
      .date()
      .refine((date) => date >= "1970-01-01", "a date from 1970 on")
      .optional()
      .meta({ description: "Local date from which `rrule` begins, and its intervals and counts go" }),
    calendar: DateListId.optional().meta({ description: "Id of one of the program's calendars" }),
    between: Hours.optional(),
    birthday: z
      .enum(["day", "week", "month"])
      .optional()
      .meta({ description: "The member's birthday, or the calendar week or month it is in" }),
    daysAfterJoining: DaysAfterJoining.optional(),
  })
  .refine((schedule) => Object.values(schedule).some((value) => value !== undefined), "a schedule says when: at least one field")
  .refine(({ rrule, dtstart }) => dtstart === undefined || rrule !== undefined, {
    path: ["dtstart"],
    message: "is the start of an `rrule`, and there is none",
  })
  .meta({
    id: "Schedule",
    description: "When a rule applies, or a reward can be redeemed; all that is said must hold",
    example: { daysOfMonth: [8], between: { from: "20:00", until: "22:00" } },
  });

export type Schedule = z.infer<typeof Schedule>;
