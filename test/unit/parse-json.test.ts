import { describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import { parseJson } from "../../src/http/parse-json.ts";

function refusalOf(text: string): LoyaltyError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof LoyaltyError) return error;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe("parseJson", () => {
  test.each([
    ['{"id": }', 7, "Expected a value"],
    ['{"id": "1"', 10, "The text ends too early"],
    ['{"id": "1",}', 11, "Expected a name in double quotes"],
    ["{'id': 1}", 1, "Expected a name in double quotes"],
    ['{"id" 1}', 6, "Expected a colon after the name"],
    ['{"id": 01}', 7, "Expected a value"],
    ['{"id": NaN}', 7, "Expected a value"],
    ['{"id": "a\nb"}', 7, "Expected a value"],
    ["[1, 2 3]", 6, "Expected a comma or ]"],
    ["[1, 2}", 5, "Expected a comma or ]"],
    ['{"a": 1]', 7, "Expected a comma or }"],
    ["{} {}", 3, "Nothing may follow the value"],
    ["", 0, "The text ends too early"],
    ["not json", 0, "Expected a value"],
  ])("says where %j stops being JSON", (text, position, detail) => {
    const { code, details, errors } = refusalOf(text);

    expect(code).toBe("malformed_json");
    expect(details.position).toBe(position);
    expect(errors).toEqual([{ pointer: "", code: "malformed_json", detail: `${detail}, at position ${position}` }]);
  });

  test("counts lines and columns from 1", () => {
    expect(refusalOf('{\n  "id": 1,\n  oops\n}').details).toEqual({ position: 15, line: 3, column: 3 });
  });

  test.each([
    ['{"id": "1", "id": "2"}', "/id", "duplicate_name"],
    ['{"lines": [{"sku": "a"}, {"sku": "b", "\\u0073ku": "c"}]}', "/lines/1/sku", "duplicate_name"],
    ['{"a": {"b": 1}, "a": {"b": 1}}', "/a", "duplicate_name"],
    ['{"attributes": {"__proto__": {"isAdmin": true}}}', "/attributes/__proto__", "invalid_name"],
    ['{"name": "a\\u0000b"}', "/name", "wrong_format"],
    ['{"name": "\\ud83d"}', "/name", "wrong_format"],
    ['{"lines": [1, {"a/b~c": "\\udc00"}]}', "/lines/1/a~1b~0c", "wrong_format"],
    ['{"a\\u0000b": 1}', "", "invalid_name"],
  ])("refuses %s at %s", (text, pointer, code) => {
    const refusal = refusalOf(text);

    expect(refusal.code).toBe("request_invalid");
    expect(refusal.errors).toMatchObject([{ pointer, code }]);
  });

  test("refuses what nests deeper than any body, however deep", () => {
    for (const depth of [33, 100_000]) {
      expect(refusalOf("[".repeat(depth) + "]".repeat(depth)).errors).toMatchObject([{ pointer: "/0".repeat(32), code: "too_deep" }]);
    }
    expect(parseJson(`${"[".repeat(32)}${"]".repeat(32)}`)).toBeInstanceOf(Array);
  });

  test("is not misled by quotes, colons and backslashes in text", () => {
    const value = { 'a"b': 'x":"y', "c\\": '\\":', d: ["e: f", '"g":'], "": "" };
    expect(parseJson(JSON.stringify(value, null, 2))).toEqual(value);
  });
});
