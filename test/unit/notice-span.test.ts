import { expect, test } from "vitest";
import { dateToDay, dayToDate } from "../../src/core/period.ts";
import { noticeSpans } from "../../src/ledger/notice-span.ts";

const spansOn = (today: string, notices: string[], told: Record<string, string> = {}) =>
  noticeSpans(notices, dateToDay(today), new Map(Object.entries(told).map(([notice, day]) => [notice, dateToDay(day)]))).map(
    ({ notice, from, to }) => `${notice} ${dayToDate(from)}..${dayToDate(to)}`,
  );

test.each([
  ["the first time", "2026-03-01", ["P30D", "P7D"], {}, ["P7D 2026-03-01..2026-03-08", "P30D 2026-03-09..2026-03-31"]],
  [
    "a day later",
    "2026-03-02",
    ["P30D", "P7D"],
    { P30D: "2026-03-31", P7D: "2026-03-08" },
    ["P7D 2026-03-09..2026-03-09", "P30D 2026-04-01..2026-04-01"],
  ],
  ["on the same day again", "2026-03-02", ["P7D"], { P7D: "2026-03-09" }, []],
  [
    "where a run is late, by the nearest notice",
    "2026-04-20",
    ["P30D", "P7D"],
    { P30D: "2026-03-31", P7D: "2026-03-08" },
    ["P7D 2026-04-20..2026-04-27", "P30D 2026-04-28..2026-05-20"],
  ],
  ["by months, whose ends come together", "2026-01-31", ["P1M"], { P1M: "2026-02-28" }, []],
  ["of the very day", "2026-03-01", ["P0D"], { P0D: "2026-02-28" }, ["P0D 2026-03-01..2026-03-01"]],
])("what is told %s", (_when, today, notices, told, spans) => {
  expect(spansOn(today, notices, told)).toEqual(spans);
});
