import { describe, expect, test } from "vitest";
import { calendarDay, daysToAnniversary } from "../../src/core/calendar-day.ts";
import { csvRow } from "../../src/core/csv.ts";
import { parseWindowKey } from "../../src/core/metric-window.ts";
import { occurredAtOf } from "../../src/core/occurred-at.ts";
import { dateToDay, isTimeZone } from "../../src/core/period.ts";
import { calendarOf } from "../../src/core/zone-calendar.ts";

const HOUR = 3_600_000;

test("occurredAtOf bears a clock that is 5 minutes ahead, and no more", () => {
  const now = Date.parse("2026-03-01T00:00:00Z");
  expect(occurredAtOf("2026-03-01T00:05:00Z", now)).toBe(now + 300_000);
  expect(() => occurredAtOf("2026-03-01T00:05:00.001Z", now)).toThrow(
    expect.objectContaining({
      code: "occurred_in_future",
      details: { now: "2026-03-01T00:00:00.000Z" },
      errors: [{ pointer: "/occurredAt", code: "occurred_in_future", detail: "lies more than 5 minutes in the future" }],
    }),
  );
});

describe("days and times", () => {
  test("days to the next anniversary", () => {
    const days = (today: string, date: string) => daysToAnniversary(dateToDay(today), dateToDay(date));
    expect(days("2026-03-01", "2000-03-01")).toBe(0);
    expect(days("2026-03-01", "2000-03-02")).toBe(1);
    expect(days("2026-03-02", "2000-03-01")).toBe(364);
  });

  test("February has 29 days in leap years only", () => {
    expect([2023, 2024, 2000, 2100].map((year) => calendarDay(dateToDay(`${year}-02-01`)).monthLength)).toEqual([28, 29, 29, 28]);
  });

  test("the clock on the wall on a night on which it is moved", () => {
    const london = calendarOf("Europe/London");
    const spring = dateToDay("2026-03-29");
    const start = london.startOf(spring);

    expect(london.lengthOf(spring)).toBe(23 * HOUR);
    expect([0, HOUR, 2 * HOUR].map((ms) => london.timeOfDay(start + ms))).toEqual([0, 2 * HOUR, 3 * HOUR]);
    expect(london.timeOfDay(start + 2 * HOUR + 3 * 60_000 + 4_005)).toBe(3 * HOUR + 3 * 60_000 + 4_005);
    // 01:30 is left out: the first instant at or after it is that at which the clock jumps.
    expect([HOUR / 2, 1.5 * HOUR, 2.5 * HOUR, 24 * HOUR].map((time) => london.timeOn(spring, time) - start)).toEqual([
      HOUR / 2,
      HOUR,
      1.5 * HOUR,
      23 * HOUR,
    ]);
    const day = dateToDay("2026-03-10");
    expect(london.timeOfDay(london.startOf(day) + 5)).toBe(5);
    expect([london.dayOf(london.startOf(day)), london.dayOf(london.startOf(day) - 1)]).toEqual([day, day - 1]);
    expect(london.timeOn(day, 24 * HOUR)).toBe(london.startOf(day + 1));
  });

  test("names of time zones, windows and cells", () => {
    expect(["Europe/London", "+02:00", "Mars/Base", "1Europe"].map(isTimeZone)).toEqual([true, false, false, false]);
    expect(["spend@30d", "@30d", "spend@30days", "spend@x30d", "a@b@month"].map((text) => parseWindowKey(text)?.key ?? null)).toEqual([
      "spend@30d",
      null,
      null,
      null,
      "a@b@month",
    ]);
    expect(csvRow(["a=b", "=b", 'x"y', "a\rb"])).toBe(`a=b,'=b,"x""y","a\rb"`);
  });
});
