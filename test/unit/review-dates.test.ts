import { describe, expect, test } from "vitest";
import { dateToDay, dayToDate } from "../../src/core/period.ts";
import { nextReviewDay } from "../../src/tiers/review-dates.ts";

/** When a tier is reviewed that was reached on a day, and the reviews after that, each made on its day. */
function reviews(review: string, since: string, { enrolled = since, count = 3 } = {}): string[] {
  const tier = { since: dateToDay(since), enrolled: dateToDay(enrolled) };
  let day = nextReviewDay(review, { ...tier, after: tier.since, seen: tier.since });
  const days: string[] = [];
  while (day !== null && days.length < count) {
    days.push(dayToDate(day));
    day = nextReviewDay(review, { ...tier, after: day, seen: day - 1 });
  }
  return days;
}

describe("nextReviewDay", () => {
  test.each([
    ["month", "2026-03-31", ["2026-04-01", "2026-05-01", "2026-06-01"]],
    ["quarter", "2026-11-15", ["2027-01-01", "2027-04-01", "2027-07-01"]],
    ["year", "2026-12-31", ["2027-01-01", "2028-01-01", "2029-01-01"]],
    // To the end of the next month, and again from each month that was fulfilled.
    ["P1M/EOM", "2026-03-31", ["2026-05-01", "2026-06-01", "2026-07-01"]],
    ["P1M/EOM", "2026-01-31", ["2026-03-01", "2026-04-01", "2026-05-01"]],
    ["P12M/EOM", "2026-01-15", ["2027-02-01", "2028-02-01", "2029-02-01"]],
    ["P1Y/EOY", "2026-06-15", ["2028-01-01", "2029-01-01", "2030-01-01"]],
    ["P1Y", "2028-02-29", ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]],
    ["P1M", "2026-01-31", ["2026-02-28", "2026-03-31", "2026-04-30"]],
    ["P90D", "2026-01-01", ["2026-04-01", "2026-06-30", "2026-09-28"]],
    ["rolling", "2026-01-01", []],
  ])("%s from %s", (review, since, days) => {
    expect(reviews(review, since, { count: days.length || 3 })).toEqual(days);
  });

  test("the anniversary is that of joining; of who joined on 29 February it is 28 February in other years", () => {
    expect(reviews("anniversary", "2026-05-01", { enrolled: "2024-02-29" })).toEqual(["2027-02-28", "2028-02-29", "2029-02-28"]);
    expect(reviews("anniversary", "2026-01-15", { enrolled: "2025-06-10" })).toEqual(["2026-06-10", "2027-06-10", "2028-06-10"]);
  });

  test("a grace in between moves no date that is counted from the day on which the tier was reached", () => {
    const tier = { since: dateToDay("2026-03-15"), enrolled: dateToDay("2026-01-01") };
    const after = dateToDay("2027-04-14"); // 30 days after the review of 15 March

    expect(dayToDate(nextReviewDay("P1Y", { ...tier, after, seen: after - 1 }) ?? 0)).toBe("2028-03-15");
    expect(dayToDate(nextReviewDay("year", { ...tier, after, seen: after - 1 }) ?? 0)).toBe("2028-01-01");
  });

  test("a tier that was reached long ago has its next review soon", () => {
    const since = dateToDay("1990-01-31");
    const after = dateToDay("2026-02-27");

    expect(dayToDate(nextReviewDay("P1D", { since, enrolled: since, after, seen: after }) ?? 0)).toBe("2026-02-28");
    expect(dayToDate(nextReviewDay("P1M", { since, enrolled: since, after, seen: after }) ?? 0)).toBe("2026-02-28");
  });
});
