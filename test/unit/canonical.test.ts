import { describe, expect, test } from "vitest";
import { canonicalHash, canonicalJson } from "../../src/core/canonical.ts";

describe("canonical JSON", () => {
  test.each([
    [undefined, "null"],
    [null, "null"],
    ["a", '"a"'],
    [3, "3"],
    [[], "[]"],
    [{}, "{}"],
    [[1, null, [2]], "[1,null,[2]]"],
    [{ b: 1, a: { d: undefined, c: "x" }, e: undefined }, '{"a":{"c":"x"},"b":1}'],
  ])("of %j", (value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });

  test("its hash is written like a UUID", () => {
    expect(canonicalHash({ b: 1, a: 2 })).toBe(canonicalHash({ a: 2, b: 1 }));
    expect(canonicalHash(null)).toBe("74234e98-afe7-498f-b5da-f1f36ac2d78a");
  });
});
