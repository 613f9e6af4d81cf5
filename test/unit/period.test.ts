import { describe, expect, test } from "vitest";
import {
  addPeriod,
  dateToDay,
  dayStart,
  dayToDate,
  expiryAt,
  isTimeZone,
  localDay,
  parsePeriod,
  pendingUntil,
  periodRange,
} from "../../src/core/period.ts";
import { calendarOf } from "../../src/core/zone-calendar.ts";

const LONDON = "Europe/London";
const SHANGHAI = "Asia/Shanghai";

describe("localDay", () => {
  test.each([
    ["2026-03-31T15:59:59.999Z", SHANGHAI, "2026-03-31"],
    ["2026-03-31T16:00:00Z", SHANGHAI, "2026-04-01"],
    // Britain is an hour ahead of UTC from the last Sunday of March to that of October.
    ["2026-03-28T23:59:59Z", LONDON, "2026-03-28"],
    ["2026-03-29T22:59:59Z", LONDON, "2026-03-29"],
    ["2026-03-29T23:00:00Z", LONDON, "2026-03-30"],
    ["2026-10-25T23:59:59Z", LONDON, "2026-10-25"],
    ["2026-10-26T00:00:00Z", LONDON, "2026-10-26"],
    // Samoa left out 30 December 2011.
    ["2011-12-30T09:59:59Z", "Pacific/Apia", "2011-12-29"],
    ["2011-12-30T10:00:00Z", "Pacific/Apia", "2011-12-31"],
    ["1969-12-31T23:59:59Z", "UTC", "1969-12-31"],
  ])("%s in %s is %s", (instant, zone, date) => {
    expect(dayToDate(localDay(new Date(instant), zone))).toBe(date);
  });

  test("costs well under 2 µs for days that repeat", () => {
    const instants = Array.from({ length: 1000 }, (_, hour) => new Date(Date.UTC(2026, 0, 1) + hour * 3_600_000));
    for (const instant of instants) localDay(instant, LONDON);

    const started = performance.now();
    for (let round = 0; round < 100; round += 1) for (const instant of instants) localDay(instant, LONDON);

    // 100 000 times; a cache that does not work costs 30 µs a time.
    expect((performance.now() - started) * 1000).toBeLessThan(2 * 100_000);
  });
});

describe("dayStart", () => {
  test.each([
    ["2026-03-29", LONDON, "2026-03-29T00:00:00.000Z"],
    ["2026-03-30", LONDON, "2026-03-29T23:00:00.000Z"],
    // Midnight does not exist on this day: the clock went from 23:59:59 to 01:00.
    ["2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00.000Z"],
  ])("%s in %s starts at %s", (date, zone, instant) => {
    expect(dayStart(dateToDay(date), zone).toISOString()).toBe(instant);
  });

  test("days of a clock change have 23 and 25 hours", () => {
    const calendar = calendarOf(LONDON);

    expect(calendar.lengthOf(dateToDay("2026-03-29")) / 3_600_000).toBe(23);
    expect(calendar.lengthOf(dateToDay("2026-10-25")) / 3_600_000).toBe(25);
  });
});

describe("periodRange", () => {
  test.each([
    ["2026-03-15", "month", "2026-03-01", "2026-04-01"],
    ["2026-12-31", "month", "2026-12-01", "2027-01-01"],
    ["2026-05-01", "quarter", "2026-04-01", "2026-07-01"],
    ["2026-12-31", "quarter", "2026-10-01", "2027-01-01"],
    ["2026-05-01", "year", "2026-01-01", "2027-01-01"],
    ["2024-02-29", "month", "2024-02-01", "2024-03-01"],
    ["2026-03-15", "1d", "2026-03-15", "2026-03-16"],
    ["2026-03-15", "365d", "2025-03-16", "2026-03-16"],
    ["2026-03-15", "lifetime", "0001-01-01", "9999-12-31"],
  ])("%s, %s: from %s, up to but without %s", (date, window, from, to) => {
    const range = periodRange(dateToDay(date), window);

    expect([dayToDate(range.from), dayToDate(range.to)]).toEqual([from, to]);
  });
});

describe("addPeriod", () => {
  test.each([
    ["2024-02-29T12:00:00Z", "P1Y", "UTC", "2025-02-28T12:00:00.000Z"],
    ["2024-02-29T12:00:00Z", "P12M", "UTC", "2025-02-28T12:00:00.000Z"],
    ["2024-02-29T12:00:00Z", "P4Y", "UTC", "2028-02-29T12:00:00.000Z"],
    ["2026-01-31T12:00:00Z", "P1M", "UTC", "2026-02-28T12:00:00.000Z"],
    ["2026-11-30T12:00:00Z", "P3M", "UTC", "2027-02-28T12:00:00.000Z"],
    // 08:00 stays 08:00 by the clock on the wall although the day between has 23 hours.
    ["2026-03-28T08:00:00Z", "P2D", LONDON, "2026-03-30T07:00:00.000Z"],
    // 01:30 does not exist on 29 March 2026 in London: an hour later it does.
    ["2026-03-28T01:30:00Z", "P1D", LONDON, "2026-03-29T01:30:00.000Z"],
    // 08:00 on the day with 25 hours.
    ["2026-10-24T07:00:00Z", "P1D", LONDON, "2026-10-25T08:00:00.000Z"],
    ["2026-03-15T16:30:00Z", "P14D", SHANGHAI, "2026-03-29T16:30:00.000Z"],
  ])("%s + %s in %s is %s", (instant, period, zone, expected) => {
    expect(addPeriod(new Date(instant), parsePeriod(period), zone).toISOString()).toBe(expected);
  });
});

describe("expiryAt", () => {
  test.each([
    ["P12M", "2027-01-15T04:00:00.000Z"],
    ["P12M/EOM", "2027-01-31T16:00:00.000Z"],
    ["P12M/EOQ", "2027-03-31T16:00:00.000Z"],
    ["P12M/EOY", "2027-12-31T16:00:00.000Z"],
    ["P30D/EOM", "2026-02-28T16:00:00.000Z"],
  ])("%s from 15 January 2026, noon in Shanghai: gone at %s", (policy, expected) => {
    expect(expiryAt(new Date("2026-01-15T04:00:00Z"), policy, SHANGHAI)?.toISOString()).toBe(expected);
  });

  test("the end of the month is that of the local date", () => {
    // 1 February in Shanghai, still 31 January in UTC.
    expect(expiryAt(new Date("2026-01-31T16:00:00Z"), "P1M/EOM", SHANGHAI)?.toISOString()).toBe("2026-03-31T16:00:00.000Z");
  });

  test("never", () => {
    expect(expiryAt(new Date(), "never", SHANGHAI)).toBeNull();
  });
});

test("points without a pending time can be used at once", () => {
  const earnedAt = new Date("2026-01-15T04:00:00Z");

  expect(pendingUntil(earnedAt, "none", SHANGHAI)).toEqual(earnedAt);
  expect(pendingUntil(earnedAt, "P14D", SHANGHAI).toISOString()).toBe("2026-01-29T04:00:00.000Z");
});

test.each([
  ["Europe/London", true],
  ["UTC", true],
  ["Mars/Olympus", false],
  ["+08:00", false],
  ["", false],
])("isTimeZone(%j) is %s", (name, expected) => {
  expect(isTimeZone(name)).toBe(expected);
});

test.each(["2026-02-29", "2026-1-1", "nonsense"])("dateToDay refuses %s", (text) => {
  expect(() => dateToDay(text)).toThrow();
});
