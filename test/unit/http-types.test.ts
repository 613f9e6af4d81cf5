import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { parseInput } from "../../src/core/input-problems.ts";
import { AmountMinor, Attributes, CallerId, Currency, Instant, SafeText } from "../../src/http/types.ts";

const accepts = (schema: z.ZodType, value: unknown) => schema.safeParse(value).success;

describe("CallerId", () => {
  test.each(["1", "C536506", "ä/ö?#", "会员-1", "a".repeat(128)])("takes %s", (id) => expect(accepts(CallerId, id)).toBe(true));
  test.each(["", " ", "a b", "a\0", "a\n", "a\u200b", "\ud800", "a".repeat(129), 17850, null])("refuses %j", (id) =>
    expect(accepts(CallerId, id)).toBe(false),
  );
});

describe("Instant", () => {
  test.each(["2010-12-01T08:26:00Z", "2026-03-01T12:00:00.123+08:00", "2024-02-29T00:00:00-05:30", "1970-01-01T00:00:00Z"])(
    "takes %s",
    (time) => expect(parseInput(Instant, time)).toBe(time),
  );
  test.each([
    "2026-03-01",
    "2026-03-01T12:00:00",
    "2026-03-01T12:00Z",
    "2026-02-29T00:00:00Z",
    "2026-03-01T24:00:00Z",
    "2026-03-01T12:00:00+25:00",
    "1969-12-31T23:59:59Z",
    "9999-12-31T23:59:59-12:00",
    "12026-03-01T00:00:00Z",
    1772366400,
  ])("refuses %s", (time) => expect(accepts(Instant, time)).toBe(false));
});

describe("AmountMinor", () => {
  test.each([0, -1, 2 ** 53 - 1, 1 - 2 ** 53])("takes %d", (amount) => expect(accepts(AmountMinor, amount)).toBe(true));
  test.each([10.5, 2 ** 53, -(2 ** 53), Number.POSITIVE_INFINITY, Number.NaN, "10", null, 10n])("refuses %s", (amount) =>
    expect(accepts(AmountMinor, amount)).toBe(false),
  );
});

test("SafeText keeps what Postgres can keep", () => {
  expect(accepts(SafeText(5), "naïve")).toBe(true);
  expect(accepts(SafeText(5), "🙂")).toBe(true);
  for (const text of ["", "a\0", "\udc00", "123456"]) expect(accepts(SafeText(5), text)).toBe(false);
});

test("Currency is three capitals", () => {
  expect(accepts(Currency, "GBP")).toBe(true);
  for (const text of ["gbp", "GB", "GBPX", ""]) expect(accepts(Currency, text)).toBe(false);
});

describe("Attributes", () => {
  test("are scalars and lists of scalars", () => {
    expect(accepts(Attributes, { vip: true, visits: 3.5, colours: ["red", ""], empty: [] })).toBe(true);
    for (const value of [null, {}, [[1]], [null], "a\0"]) expect(accepts(Attributes, { value })).toBe(false);
  });

  test("are at most 50 names and 16 KB", () => {
    const named = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, "x"]));
    expect(accepts(Attributes, named(50))).toBe(true);
    expect(accepts(Attributes, named(51))).toBe(false);

    const filled = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`a${index}`, "x".repeat(1000)]));
    expect(accepts(Attributes, filled)).toBe(false);
  });
});
