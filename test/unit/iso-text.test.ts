import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isoText, isoTextOrNull } from "../../src/core/iso-text.ts";

describe("instants as text", () => {
  test("are what Date writes, whatever the instant", () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(isoText(date.getTime())).toBe(date.toISOString());
      }),
    );
  });

  test.each([
    ["the first", 0],
    ["the last of a day", Date.UTC(2026, 10, 29, 23, 59, 59, 999)],
    ["one before 1970", -1],
    ["the first of the year 1", -62_135_596_800_000],
    ["the last of them", Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
    ["one behind them", Date.UTC(10_000, 0, 1)],
    ["one of the year 0", -62_167_219_200_000],
    ["a part of a millisecond", 1_764_417_600_000.5],
  ])("%s", (_, instant) => {
    expect(isoText(instant)).toBe(new Date(instant).toISOString());
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 9e15])("%j is none", (instant) => {
    expect(() => isoText(instant)).toThrow(RangeError);
  });

  test("null stays null", () => {
    expect([isoTextOrNull(null), isoTextOrNull(0)]).toEqual([null, "1970-01-01T00:00:00.000Z"]);
  });
});
