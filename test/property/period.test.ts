import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addPeriod, dateToDay, dayStart, dayToDate, expiryAt, localDay, parsePeriod, periodRange } from "../../src/core/period.ts";

const zone = fc.constantFrom(
  "UTC",
  "Europe/London",
  "Asia/Shanghai",
  "America/New_York",
  "Pacific/Apia",
  "Australia/Lord_Howe",
  "America/Sao_Paulo",
);
const instant = fc.date({ min: new Date("1990-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });

describe("local days", () => {
  test("an instant lies in its local day: from its start up to the start of the next", () => {
    fc.assert(
      fc.property(instant, zone, (at, name) => {
        const day = localDay(at, name);

        expect(dayStart(day, name).getTime()).toBeLessThanOrEqual(at.getTime());
        expect(dayStart(day + 1, name).getTime()).toBeGreaterThan(at.getTime());
      }),
    );
  });

  test("agree with the calendar of the runtime", () => {
    const formats = new Map<string, Intl.DateTimeFormat>();
    fc.assert(
      fc.property(instant, zone, (at, name) => {
        const format =
          formats.get(name) ?? new Intl.DateTimeFormat("en-CA", { timeZone: name, year: "numeric", month: "2-digit", day: "2-digit" });
        formats.set(name, format);

        expect(dayToDate(localDay(at, name))).toBe(format.format(at));
      }),
    );
  });

  test("dates and days are two ways to write the same", () => {
    fc.assert(
      fc.property(fc.integer({ min: -719_162, max: 2_932_896 }), (day) => {
        expect(dateToDay(dayToDate(day))).toBe(day);
      }),
    );
  });
});

describe("windows", () => {
  test("contain their day; calendar ones follow each other without a gap", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        fc.constantFrom("month", "quarter", "year", "lifetime", "1d", "365d"),
        (day, window) => {
          const { from, to } = periodRange(day, window);

          expect(from <= day && day < to).toBe(true);
          if (["month", "quarter", "year"].includes(window)) {
            expect(periodRange(to, window).from).toBe(to);
            expect(periodRange(from - 1, window).to).toBe(from);
          }
        },
      ),
    );
  });
});

describe("expiry", () => {
  test("is later than the instant, and never before the bare period where it is rounded to an end", () => {
    fc.assert(
      fc.property(
        instant,
        zone,
        fc.constantFrom("P30D", "P1M", "P12M", "P1Y"),
        fc.constantFrom("EOM", "EOQ", "EOY"),
        (at, name, period, end) => {
          const bare = addPeriod(at, parsePeriod(period), name);
          const rounded = expiryAt(at, `${period}/${end}`, name);

          expect(bare.getTime()).toBeGreaterThan(at.getTime());
          expect(rounded?.getTime()).toBeGreaterThan(bare.getTime());
          expect(rounded && dayToDate(localDay(rounded, name)).slice(-2)).toBe("01");
        },
      ),
    );
  });
});
