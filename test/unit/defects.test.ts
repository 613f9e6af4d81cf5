import { describe, expect, test } from "vitest";
import { allocate } from "../../src/core/allocate.ts";
import { AssertionFailed } from "../../src/core/assert.ts";
import { LoyaltyError, refuseField } from "../../src/core/errors.ts";
import { equals, rational, subtractDownToZero, ZERO } from "../../src/core/fraction.ts";
import { dateToDay, parsePeriod, periodRange } from "../../src/core/period.ts";
import { readableCode } from "../../src/core/readable-code.ts";
import { divideProduct, multiplyHalfUp } from "../../src/core/rounding.ts";

describe("refusals and defects", () => {
  test("a refusal has the status and the title of its code", () => {
    const refusal = new LoyaltyError("member_not_found");
    expect(refusal).toMatchObject({
      name: "LoyaltyError",
      status: 404,
      details: {},
      errors: [],
      message: "No such member in this program",
    });
    expect(refuseField("request_invalid", "/a", "is wrong")).toMatchObject({
      details: {},
      errors: [{ pointer: "/a", detail: "is wrong" }],
    });
    const cause = new Error("why");
    expect(new LoyaltyError("member_not_found", {}, [], cause).cause).toBe(cause);
  });

  test.each([
    ["a negative amount", () => allocate(-1, [{ line: 1, weight: 1 }]), "an allocated amount is whole and not negative"],
    ["half an amount", () => allocate(0.5, [{ line: 1, weight: 1 }]), "an allocated amount is whole and not negative"],
    ["nothing to carry it", () => allocate(1, [{ line: 1, weight: 0 }]), "an amount has a weight to carry it"],
    ["weights beyond numbers", () => allocate(1, [{ line: 1, weight: 2 ** 53 }]), "the sum of the weights is a safe integer"],
    ["a negative fraction", () => rational(-1), "a fraction is 0 or above"],
    ["a fraction over 0", () => rational(1, 0), "a fraction is 0 or above"],
    ["a fraction over less", () => rational(0, -1), "a fraction is 0 or above"],
    ["a division by 0", () => divideProduct(1, 1, 0), "only amounts from 0 are divided"],
    ["a division by less", () => divideProduct(1, 1, -1), "only amounts from 0 are divided"],
    ["a negative dividend", () => divideProduct(-1, 1, 1), "only amounts from 0 are divided"],
    ["a negative factor", () => divideProduct(1, -1, 1), "only amounts from 0 are divided"],
    ["no window", () => periodRange(0, "12w"), "a window is lifetime"],
    ["a window of no days", () => periodRange(0, "0d"), "a window is lifetime"],
    ["a window of less", () => periodRange(0, "-1d"), "a window is lifetime"],
    ["a window of half a day", () => periodRange(0, "1.5d"), "a window is lifetime"],
    ["no period", () => parsePeriod("1D"), "a period is P"],
    ["more than a period", () => parsePeriod("P1DT1H"), "a period is P"],
    ["less than a period", () => parsePeriod(" P1D"), "a period is P"],
    ["no date", () => dateToDay("2026-02-30"), "a date is YYYY-MM-DD and exists"],
    ["a long year", () => dateToDay("+012026-02-01"), "a date is YYYY-MM-DD and exists"],
    ["a long code", () => readableCode(new Uint8Array([1]), 30), "each place has a weight of its own"],
  ])("%s is a defect", (_, act, statement) => {
    expect(act).toThrow(AssertionFailed);
    expect(act).toThrow(statement);
  });

  test("an assertion that failed says so by its name", () => {
    expect(new AssertionFailed("x").name).toBe("AssertionFailed");
  });
});

test("the products that no number holds are exact", () => {
  expect(divideProduct(2 ** 52, 2, 3)).toEqual({ quotient: 3002399751580330, remainder: 2n });
  expect(divideProduct(Number.MAX_SAFE_INTEGER, 1, 4)).toEqual({ quotient: 2251799813685247, remainder: 3 });
  expect(multiplyHalfUp(Number.MAX_SAFE_INTEGER, 3, 7)).toBe(3860228252031853);
});

test("a fraction never falls below 0", () => {
  expect(subtractDownToZero(rational(1, 3), rational(1, 2))).toBe(ZERO);
  expect(subtractDownToZero(rational(1, 2), rational(1, 2))).toBe(ZERO);
  expect(subtractDownToZero(rational(1, 2), rational(1, 3))).toEqual(rational(1, 6));
});

test("fractions are equal when both of their numbers are", () => {
  expect([rational(2, 4), rational(1, 3), rational(3, 2)].map((other) => equals(rational(1, 2), other))).toEqual([true, false, false]);
});
