import fc from "fast-check";
import pg from "pg";
import { prepareValue } from "pg/lib/utils.js";
import { describe, expect, test } from "vitest";
import { arrayLiteral } from "../../src/db/array-literal.ts";

const TEXT_ARRAY = 1009 as number;
const read = pg.types.getTypeParser(TEXT_ARRAY, "text") as unknown as (text: string) => unknown[];

const awkward = fc.constantFrom("", "NULL", "null", '"', "\\", "{}", "{a,b}", 'a"b\\c', " ", ",", "\n");
const item = fc.oneof(
  fc.string({ unit: "grapheme" }),
  awkward,
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.date({ noInvalidDate: true, min: new Date("1900-01-01"), max: new Date("2200-01-01") }),
  fc.record({ a: fc.string() }),
  fc.uint8Array().map((bytes) => Buffer.from(bytes)),
);

describe("arrayLiteral", () => {
  test("is read as what the driver writes is", () => {
    fc.assert(
      fc.property(fc.array(item), (items) => {
        expect(read(arrayLiteral(items))).toEqual(read(String(prepareValue(items))));
      }),
    );
  });

  test("of arrays of arrays too", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(item, item)), (rows) => {
        expect(read(arrayLiteral(rows))).toEqual(read(String(prepareValue(rows))));
      }),
    );
  });
});
