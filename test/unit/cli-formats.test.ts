import { describe, expect, test } from "vitest";
import { formatAmount, formatCount } from "../../src/cli/minor-units.ts";
import { csvRow } from "../../src/core/csv.ts";

describe("amounts for people", () => {
  test.each([
    [333259196n, "GBP", "3,332,591.96 GBP"],
    [5n, "GBP", "0.05 GBP"],
    [-12345n, "GBP", "-123.45 GBP"],
    [0n, "JPY", "0 JPY"],
    [1234567n, "JPY", "1,234,567 JPY"],
    [1234567n, "KWD", "1,234.567 KWD"],
    [9007199254740993n, "GBP", "90,071,992,547,409.93 GBP"],
  ])("%s minor units of %s are %s", (minorUnits, currency, text) => {
    expect(formatAmount(minorUnits, currency)).toBe(text);
  });

  test("counts have their thousands apart", () => {
    expect([0, 999, 1000, -1234567].map(formatCount)).toEqual(["0", "999", "1,000", "-1,234,567"]);
  });
});

describe("a row of CSV", () => {
  test.each([
    [["17850", "gold", 7596], "17850,gold,7596"],
    [["a,b", 'say "hi"', "two\nlines"], '"a,b","say ""hi""","two\nlines"'],
    [["=SUM(A1)", "+1", "-1", "@x"], "'=SUM(A1),'+1,'-1,'@x"],
    [[-5, 0, "", "né"], "-5,0,,né"],
  ])("of %j is %s", (values, row) => {
    expect(csvRow(values)).toBe(row);
  });
});
