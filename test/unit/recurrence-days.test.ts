import { describe, expect, test } from "vitest";
import { calendarDay } from "../../src/core/calendar-day.ts";
import { dateToDay, dayToDate } from "../../src/core/period.ts";
import { DateList, DaySet } from "../../src/rules/schedules/date-list.ts";
import { Recurrence } from "../../src/rules/schedules/recurrence.ts";
import { readRecurrence } from "../../src/rules/schedules/recurrence-rule.ts";
import { Schedule } from "../../src/rules/schedules/schedule.ts";
import { ScheduledDays } from "../../src/rules/schedules/scheduled-days.ts";

/** The days of a rule in some years, both included. */
function daysOf(text: string, from: number, to = from, dtstart?: string): string[] {
  const rule = readRecurrence(text, { hasStart: dtstart !== undefined });
  if ("detail" in rule) throw new Error(rule.detail);
  const recurrence = new Recurrence(rule, dtstart === undefined ? null : dateToDay(dtstart));
  const [first, last] = [dateToDay(`${from}-01-01`), dateToDay(`${to + 1}-01-01`)];
  return Array.from({ length: last - first }, (_, n) => first + n)
    .filter((day) => recurrence.has(day))
    .map(dayToDate);
}
const detailOf = (text: string, hasStart = true) => {
  const read = readRecurrence(text, { hasStart });
  return "detail" in read ? read.detail : null;
};

describe("the nth weekday of a year", () => {
  test.each([
    ["20MO", ["2023-05-15", "2024-05-13", "2025-05-19"]],
    ["1WE", ["2023-01-04", "2024-01-03", "2025-01-01"]],
    ["9TH", ["2023-03-02", "2024-02-29", "2025-02-27"]],
    ["10TH", ["2023-03-09", "2024-03-07", "2025-03-06"]],
    ["-1TH", ["2023-12-28", "2024-12-26", "2025-12-25"]],
    ["-44TH", ["2023-03-02", "2024-02-29", "2025-02-27"]],
    ["-52MO", ["2023-01-02", "2024-01-08", "2025-01-06"]],
    ["53WE", ["2025-12-31"]],
    ["53TU", ["2024-12-31"]],
    ["53MO", ["2024-12-30"]],
    ["-53SU", ["2023-01-01"]],
  ])("%s", (day, dates) => {
    expect(daysOf(`FREQ=YEARLY;BYDAY=${day}`, 2023, 2025)).toEqual(dates);
  });

  test("is of the month where the rule names months, or is monthly", () => {
    expect(daysOf("FREQ=YEARLY;BYMONTH=3;BYDAY=2TU", 2026)).toEqual(["2026-03-10"]);
    expect(daysOf("FREQ=MONTHLY;BYMONTH=2,3;BYDAY=-1SA", 2028)).toEqual(["2028-02-26", "2028-03-25"]);
  });
});

describe("what a rule leaves open is as on its first day", () => {
  test.each<[string, string, string[]]>([
    ["FREQ=MONTHLY;INTERVAL=4", "2026-01-15", ["2026-01-15", "2026-05-15", "2026-09-15"]],
    ["FREQ=YEARLY", "2025-03-06", ["2026-03-06"]],
    ["FREQ=YEARLY;BYMONTH=3,6", "2025-01-06", ["2026-03-06", "2026-06-06"]],
    ["FREQ=WEEKLY;INTERVAL=26", "2026-01-06", ["2026-01-06", "2026-07-07"]],
    ["FREQ=DAILY;INTERVAL=100", "2025-12-31", ["2026-04-10", "2026-07-19", "2026-10-27"]],
    ["FREQ=YEARLY;INTERVAL=2", "2025-03-06", []],
    ["FREQ=MONTHLY;BYMONTHDAY=-1;BYMONTH=2,4", "2025-01-01", ["2026-02-28", "2026-04-30"]],
  ])("%s from %s", (text, dtstart, dates) => {
    expect(daysOf(text, 2026, 2026, dtstart)).toEqual(dates);
  });

  test("weeks begin on the day that the rule says: the example of the standard", () => {
    const of = (week: string) => daysOf(`FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=${week}`, 1997, 1997, "1997-08-05");
    expect(of("MO")).toEqual(["1997-08-05", "1997-08-10", "1997-08-19", "1997-08-24"]);
    expect(of("SU")).toEqual(["1997-08-05", "1997-08-17", "1997-08-19", "1997-08-31"]);
  });

  test("positions are counted over a whole week, also where the year ends in it", () => {
    expect(daysOf("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=-1", 2026, 2027).slice(-53, -51)).toEqual(["2026-12-27", "2027-01-03"]);
    expect(daysOf("FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=1,-1;BYSETPOS=1,-1", 2026)).toEqual(["2026-01-01", "2026-12-31"]);
    expect(daysOf("FREQ=MONTHLY;BYDAY=MO,WE;BYSETPOS=2", 2026, 2026).slice(0, 2)).toEqual(["2026-01-07", "2026-02-04"]);
  });

  test("a start is the first day, whatever the rule would have had before it", () => {
    expect(daysOf("FREQ=MONTHLY;BYMONTHDAY=1,15", 2026, 2026, "2026-11-15")).toEqual(["2026-11-15", "2026-12-01", "2026-12-15"]);
    expect(daysOf("FREQ=DAILY;UNTIL=20260103", 2026)).toEqual(["2026-01-01", "2026-01-02", "2026-01-03"]);
  });
});

describe("a rule is refused", () => {
  const number = (min: number, max: number, not0 = "") => `a whole number from ${min} to ${max}${not0}`;
  test.each([
    ["FREQ=DAILY;INTERVAL=0", number(1, 1_000)],
    ["FREQ=DAILY;INTERVAL=1001", number(1, 1_000)],
    ["FREQ=DAILY;INTERVAL=x1", number(1, 1_000)],
    ["FREQ=DAILY;INTERVAL=1x", number(1, 1_000)],
    ["FREQ=DAILY;COUNT=1001", number(1, 1_000)],
    ["FREQ=MONTHLY;BYMONTH=-1;BYMONTHDAY=1", number(1, 12)],
    ["FREQ=MONTHLY;BYMONTHDAY=0", number(-31, 31, ", not 0")],
    ["FREQ=MONTHLY;BYMONTHDAY=-32", number(-31, 31, ", not 0")],
    ["FREQ=MONTHLY;BYDAY=54MO", number(-53, 53, ", not 0")],
    ["FREQ=MONTHLY;BYDAY=xMO", "weekdays: MO TU WE TH FR SA SU, or the second Thursday as 2TH and the last as -1TH"],
    ["FREQ=MONTHLY;BYDAY=MOx", "weekdays: MO TU WE TH FR SA SU, or the second Thursday as 2TH and the last as -1TH"],
    ["FREQ=WEEKLY;BYDAY=MO;WKST=XX", "a weekday: MO TU WE TH FR SA SU"],
    ["FREQ=DAILY;UNTIL=19691231", "a date that exists, from 1970 on"],
    ["FREQ=DAILY;UNTIL=20260231", "a date that exists, from 1970 on"],
    ["FREQ=DAILY;UNTIL=x20260201", "a local date, the last that counts: 20261231"],
    ["FREQ=DAILY;UNTIL=20260201T000000Z", "a local date, the last that counts: 20261231"],
    ["FREQ=DAILY;BYHOUR=1", "hours come from `between`"],
    ["FREQ=DAILY;BYMINUTE=1", "hours come from `between`"],
    ["FREQ=DAILY;BYSECOND=1", "hours come from `between`"],
    ["FREQ=YEARLY;BYYEARDAY=1", "days of the year are not taken: say BYMONTH and BYMONTHDAY"],
    ["FREQ=YEARLY;BYWEEKNO=1", "weeks of the year are not taken: say BYMONTH and BYDAY"],
    ["FREQ=DAILY; COUNT=1", "parts are NAME=VALUE, joined by `;`"],
    ["FREQ=DAILY;COUNT=", "parts are NAME=VALUE, joined by `;`"],
    ["FREQ=DAILY;NAME=1", "there is no such part"],
    ["FREQ=DAILY;FREQ=DAILY", "FREQ stands here twice"],
    ["FREQ=WEEKLY;BYDAY=2MO", "a number before a weekday needs FREQ=MONTHLY or YEARLY"],
    ["FREQ=MONTHLY;BYDAY=2MO,TU", "weekdays with and without a number do not go together: say it in two rules"],
    ["FREQ=MONTHLY;BYDAY=2MO;BYMONTHDAY=1", "a number before a weekday does not go with BYMONTHDAY"],
    ["FREQ=WEEKLY;BYMONTHDAY=1", "BYMONTHDAY does not go with FREQ=WEEKLY"],
    ["FREQ=DAILY;BYSETPOS=1", "BYSETPOS chooses among days of another BY… part"],
    ["FREQ=DAILY;COUNT=1;UNTIL=20260101", "COUNT and UNTIL do not go together"],
    ["COUNT=1", "FREQ is missing: FREQ=MONTHLY;BYMONTHDAY=8"],
  ])("%s", (text, detail) => {
    expect(detailOf(text)).toBe(detail);
  });

  test("where it leaves open from when it counts, or on which day it is", () => {
    expect(detailOf("FREQ=DAILY;INTERVAL=2", false)).toBe("INTERVAL needs `dtstart`: the day from which it counts");
    expect(detailOf("FREQ=DAILY;INTERVAL=1", false)).toBeNull();
    expect(detailOf("FREQ=DAILY;COUNT=2", false)).toBe("COUNT needs `dtstart`: the day from which it counts");
    expect(detailOf("FREQ=WEEKLY", false)).toBe("which day of the week: BYDAY, or `dtstart`");
    expect(detailOf("FREQ=MONTHLY", false)).toBe("which day: BYMONTHDAY, BYDAY, or `dtstart`");
    expect(detailOf("FREQ=YEARLY;BYMONTH=2", false)).toBe("which day: BYMONTHDAY, BYDAY, or `dtstart`");
    expect(detailOf("freq=daily;until=19700101", false)).toBeNull();
  });
});

describe("dates by name", () => {
  test("are found at both ends of each range, and between ranges are none", () => {
    const days = new DaySet([
      { from: "2026-03-05", until: "2026-03-08" },
      "2026-03-01",
      { from: "2026-03-08", until: "2026-03-10" },
      { from: "2026-03-06", until: "2026-03-07" },
      "2026-03-20",
    ]);
    const found = Array.from({ length: 31 }, (_, n) => `2026-03-${String(n + 1).padStart(2, "0")}`).filter((date) =>
      days.has(dateToDay(date)),
    );
    expect(found).toEqual(["2026-03-01", "2026-03-05", "2026-03-06", "2026-03-07", "2026-03-08", "2026-03-09", "2026-03-20"]);
  });

  test.each([
    ["a", true],
    ["spring-2026", true],
    ["Spring", false],
    ["1spring", false],
    ["spring!", false],
    ["a".repeat(63), true],
    ["a".repeat(64), false],
  ])("may be called %s: %s", (id, isGood) => {
    expect(DateList.safeParse({ id, dates: ["2026-01-01"] }).success).toBe(isGood);
  });
});

describe("a schedule", () => {
  test.each([
    [{ between: { from: "00:00", until: "24:00" } }, true],
    [{ between: { from: "23:59", until: "00:00" } }, true],
    [{ between: { from: "24:00", until: "01:00" } }, false],
    [{ between: { from: "020:00", until: "22:00" } }, false],
    [{ between: { from: "20:000", until: "22:00" } }, false],
    [{ between: { from: "20:00", until: "022:00" } }, false],
    [{ between: { from: "20:00", until: "22:000" } }, false],
    [{ between: { from: "20:00", until: "20:00" } }, false],
    [{ dates: ["02-29"] }, true],
    [{ dates: ["02-30"] }, false],
    [{ dates: ["04-31"] }, false],
    [{ dates: ["2026-04-30"] }, false],
    [{ rrule: "FREQ=DAILY", dtstart: "1970-01-01" }, true],
    [{ rrule: "FREQ=DAILY", dtstart: "1969-12-31" }, false],
    [{ dtstart: "2026-01-01" }, false],
    [{}, false],
  ])("may be %j: %s", (schedule, isGood) => {
    expect(Schedule.safeParse(schedule).success).toBe(isGood);
  });

  test("finds its next day again without looking for it, and looks a year ahead", () => {
    const days = new ScheduledDays({ daysOfMonth: [10] }, { calendars: new Map(), recurrences: [] });
    const first = (date: string) => {
      const found = days.firstFrom(dateToDay(date));
      return found === null ? null : dayToDate(found);
    };
    expect(["2026-03-05", "2026-03-08", "2026-03-10", "2026-03-11", "2026-03-04"].map(first)).toEqual([
      "2026-03-10",
      "2026-03-10",
      "2026-03-10",
      "2026-04-10",
      "2026-03-10",
    ]);
    expect(days.failingOn(calendarDay(dateToDay("2026-03-11")))).toBe("daysOfMonth");
    const leap = new ScheduledDays({ dates: ["02-29"] }, { calendars: new Map(), recurrences: [] });
    const next = (date: string) => leap.firstFrom(dateToDay(date));
    expect([next("2026-03-01"), next("2026-03-01"), next("2027-02-27")]).toEqual([null, null, null]);
    expect(next("2027-03-01")).toBe(dateToDay("2028-02-29"));
    expect([next("2028-03-01"), next("2027-12-01")]).toEqual([null, dateToDay("2028-02-29")]);
  });
});
