import fc from "fast-check";
import pg from "pg";
import { describe, expect, test } from "vitest";
import { parseTimestamp } from "../../src/db/parse-timestamp.ts";

const byDriver = pg.types.getTypeParser(1184) as (text: string) => Date | number;

const written = fc
  .record({
    instant: fc.date({ min: new Date("0100-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
    fraction: fc.stringMatching(/^(\.\d{1,6})?$/),
    zone: fc.constantFrom("+00", "+00", "+00", "-07", "+05:30", "+01"),
  })
  .map(({ instant, fraction, zone }) => `${instant.toISOString().slice(0, 19).replace("T", " ")}${fraction}${zone}`);

describe("parseTimestamp", () => {
  test("reads what Postgres writes as the driver does", () => {
    fc.assert(
      fc.property(written, (text) => {
        expect(parseTimestamp(text)).toEqual(byDriver(text));
      }),
    );
  });

  test.each([
    ["infinity", Number.POSITIVE_INFINITY],
    ["-infinity", Number.NEGATIVE_INFINITY],
    ["12026-11-29 06:31:07.568+00", Date.parse("+012026-11-29T06:31:07.568Z")],
    ["0044-03-15 00:00:00+00", Date.parse("0044-03-15T00:00:00Z")],
    ["0044-03-15 00:00:00+00 BC", Date.parse("-000043-03-15T00:00:00Z")],
    ["1890-01-01 00:00:00-00:00:36", Date.parse("1890-01-01T00:00:36Z")],
    ["2026-11-29 06:31:07.568999+00", Date.parse("2026-11-29T06:31:07.568Z")],
  ])("%s", (text, instant) => {
    expect(Number(parseTimestamp(text))).toBe(instant);
  });
});
