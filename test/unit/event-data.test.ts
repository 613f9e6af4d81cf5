import { describe, expect, test } from "vitest";
import { dataCheckOf, eventSchemaProblems } from "../../src/programs/event-data/event-data.ts";
import type { JsonObject } from "../../src/programs/event-data/walk-schema.ts";

const POINTER = "/events/0/schema";
const refusals = (schema: JsonObject): string[] =>
  eventSchemaProblems({ schema }, POINTER).map(({ pointer, code }) => `${pointer.replace(POINTER, "")} ${code}`);
const faults = (schema: JsonObject, data: JsonObject): string[] =>
  dataCheckOf({ schema })(data).map(({ pointer, code, detail }) => `${pointer} ${code}: ${detail}`);
const nested = (depth: number): JsonObject => (depth === 0 ? {} : { items: nested(depth - 1) });
const many = (count: number): JsonObject[] => Array.from({ length: count }, () => ({ type: "string" }));

describe("a schema is refused when it is saved", () => {
  const self = { $ref: "#/$defs/a" };
  test.each<[string, JsonObject, string[]]>([
    ["a keyword that nobody knows", { properties: { a: { typ: "string" } } }, ["/properties/a/typ unknown_keyword"]],
    ["a value that JSON Schema does not allow", { properties: { a: { minimum: "1" } } }, ["/properties/a/minimum type"]],
    ["a type that there is not", { type: "integr" }, ["/type enum", "/type type", "/type anyOf"]],
    ["another dialect", { $schema: "http://json-schema.org/draft-07/schema#" }, ["/$schema unknown_dialect"]],
    ["a remote reference", { $ref: "https://example.com/schema.json" }, ["/$ref ref_not_allowed"]],
    ["a reference to the schema itself", { properties: { a: { $ref: "#" } } }, ["/properties/a/$ref ref_not_allowed"]],
    ["a reference to nothing", { $ref: "#/$defs/a" }, ["/$ref ref_not_allowed"]],
    ["a circle of references", { $defs: { a: { items: self } }, properties: { x: self } }, [" ref_circle"]],
    ["definitions that stand deeper", { items: { $defs: {} } }, ["/items/$defs defs_not_at_top"]],
    ["an id", { $id: "x" }, ["/$id unknown_keyword"]],
    ["a dynamic reference", { $dynamicRef: "#x" }, ["/$dynamicRef unknown_keyword"]],
    ["a format that is not checked", { properties: { a: { format: "hostname" } } }, ["/properties/a/format unknown_format"]],
    ["a pattern with a look-ahead", { properties: { a: { pattern: "^(?=x)" } } }, ["/properties/a/pattern pattern_invalid"]],
    ["a pattern that repeats too much", { patternProperties: { "(a{100}){10}": {} } }, ["/patternProperties/(a{100}){10} pattern_invalid"]],
    ["more than 16 KB", { description: "x".repeat(17_000) }, [" too_large"]],
    ["more than 12 deep", nested(30), [`${"/items".repeat(25)} too_deep`]],
    ["many schemas", { allOf: many(200) }, [" too_complex"]],
    ["few schemas that refer to each other too often", doubling(12), [" too_complex"]],
    [
      "patterns that are large together",
      { allOf: Array.from({ length: 30 }, (_, n) => ({ pattern: `^a{${50 + n}}$` })) },
      [" too_complex"],
    ],
  ])("%s", (_, schema, expected) => {
    expect(refusals(schema)).toEqual(expected);
  });

  test("and a good one is not", () => {
    const $defs = { sku: { type: "string", pattern: "^[A-Z0-9]{4,8}$" } };
    expect(
      refusals({ $schema: "https://json-schema.org/draft/2020-12/schema", $defs, properties: { sku: { $ref: "#/$defs/sku" } } }),
    ).toEqual([]);
  });
});

/** Each definition refers twice to the next one: 2^n schemas in a few lines. */
function doubling(depth: number): JsonObject {
  const twice = (n: number): JsonObject => ({ allOf: [{ $ref: `#/$defs/d${n}` }, { $ref: `#/$defs/d${n}` }] });
  const $defs = Object.fromEntries(Array.from({ length: depth }, (_, n) => [`d${n}`, n + 1 === depth ? {} : twice(n + 1)]));
  return { $defs, ...twice(0) };
}

describe("data that does not fit names its place", () => {
  const schema = {
    type: "object",
    required: ["stars", "toString"],
    additionalProperties: false,
    properties: {
      stars: { type: "integer", minimum: 1, maximum: 5 },
      toString: {},
      at: { format: "date-time" },
      sku: { $ref: "#/$defs/sku" },
      kind: { enum: ["photo", "video"] },
      share: { multipleOf: 0.1 },
      tags: { type: "array", uniqueItems: true, items: { type: "string" } },
    },
    $defs: { sku: { type: "string", pattern: "^[A-Z]{2}$" } },
  };

  test.each<[JsonObject, string[]]>([
    [{ stars: 5, toString: 1, at: "2026-03-01T12:00:00+08:00", sku: "AB", kind: "photo", share: 0.3, tags: ["a", "b"] }, []],
    [{ stars: 6 }, ["/toString missing: This field is required", "/stars maximum: must be <= 5"]],
    [{ stars: 1, toString: 1, "a/b": 1 }, ['/a~1b unknown_field: The field "a/b" is not known here']],
    [{ stars: 1.5, toString: 1, at: "today" }, ["/stars type: must be integer", '/at format: must match format "date-time"']],
    [{ stars: 1, toString: 1, sku: "AB1" }, ['/sku pattern: must match pattern "^[A-Z]{2}$"']],
    [{ stars: 1, toString: 1, kind: "text" }, ['/kind enum: must be equal to one of the allowed values: ["photo","video"]']],
    [{ stars: 1, toString: 1, share: 0.25 }, ["/share multipleOf: must be multiple of 0.1"]],
    [{ stars: 1, toString: 1, tags: ["a", 2] }, ["/tags/1 type: must be string"]],
  ])("%o", (data, expected) => {
    expect(faults(schema, data)).toEqual(expected);
  });

  test("events without a schema have no data", () => {
    const check = dataCheckOf({});

    expect(check({})).toEqual([]);
    expect(check({ a: 1 })).toEqual([{ pointer: "/a", code: "unknown_field", detail: "Events of this type have no data" }]);
  });

  test("two patterns of one schema are two patterns", () => {
    const two = { properties: { a: { pattern: "^a$" }, b: { pattern: "^b$" } } };

    expect(faults(two, { a: "a", b: "b" })).toEqual([]);
    expect(faults(two, { a: "b", b: "a" })).toHaveLength(2);
  });

  test("a large schema over much data answers the first thing that is wrong and not a hundred thousand", () => {
    const anyOf = Array.from({ length: 140 }, (_, n) => ({ required: [`field-${n}`], minProperties: 3 }));
    const items = Array.from({ length: 100 }, () => ({}));

    const problems = faults({ additionalProperties: { items: { anyOf } } }, { a: items, b: items, c: items, d: items });

    expect(problems.length).toBeLessThanOrEqual(100);
    expect(problems.every((problem) => problem.startsWith("/a/0"))).toBe(true);
  });

  test("the slowest pattern on the longest text takes milliseconds, not minutes", () => {
    const slow = { properties: { a: { pattern: "^(a+)+$" } } };

    expect(faults(slow, { a: `${"a".repeat(999)}!` })).toHaveLength(1);
  });
});
