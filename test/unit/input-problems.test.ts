import { describe, expect, test } from "vitest";
import { z } from "zod";
import { LoyaltyError } from "../../src/core/errors.ts";
import { INPUT_PROBLEMS_MAX, parseInput } from "../../src/core/input-problems.ts";

const Line = z.strictObject({ sku: z.string(), quantity: z.int().positive() });
const Order = z.strictObject({
  id: z.string(),
  lines: z.array(Line),
  kind: z.enum(["a", "b"]).optional(),
  effect: z.discriminatedUnion("kind", [z.strictObject({ kind: z.literal("x"), points: z.int() })]).optional(),
  value: z.union([z.boolean(), z.array(z.number())]).optional(),
});

function problemsIn(schema: z.ZodType, value: unknown, prefix: string[] = []) {
  try {
    parseInput(schema, value, prefix);
  } catch (error) {
    if (error instanceof LoyaltyError) return error.errors;
    throw error;
  }
  throw new Error("the input was accepted");
}

const problemsOf = (value: unknown, prefix: string[] = []) => problemsIn(Order, value, prefix);

describe("parseInput", () => {
  test.each<[string, unknown, { pointer: string; code: string }[]]>([
    ["a missing field", { lines: [] }, [{ pointer: "/id", code: "missing" }]],
    ["no body", undefined, [{ pointer: "", code: "wrong_type" }]],
    [
      "a wrong type",
      { id: 1, lines: {} },
      [
        { pointer: "/id", code: "wrong_type" },
        { pointer: "/lines", code: "wrong_type" },
      ],
    ],
    [
      "unknown fields",
      { id: "1", lines: [], "a/b": 1, "c~d": 2 },
      [
        { pointer: "/a~1b", code: "unknown_field" },
        { pointer: "/c~0d", code: "unknown_field" },
      ],
    ],
    ["a field of an item", { id: "1", lines: [{ sku: "a", quantity: 0 }] }, [{ pointer: "/lines/0/quantity", code: "too_small" }]],
    ["a fraction", { id: "1", lines: [{ sku: "a", quantity: 1.5 }] }, [{ pointer: "/lines/0/quantity", code: "wrong_type" }]],
    ["a word that is not allowed", { id: "1", lines: [], kind: "c" }, [{ pointer: "/kind", code: "not_allowed" }]],
    ["an unknown kind", { id: "1", lines: [], effect: { kind: "y" } }, [{ pointer: "/effect/kind", code: "not_allowed" }]],
    ["a field of a known kind", { id: "1", lines: [], effect: { kind: "x" } }, [{ pointer: "/effect/points", code: "missing" }]],
    ["the closest branch of a union", { id: "1", lines: [], value: [1, "x"] }, [{ pointer: "/value/1", code: "wrong_type" }]],
    ["no branch of a union", { id: "1", lines: [], value: "x" }, [{ pointer: "/value", code: "not_allowed" }]],
  ])("names %s", (_what, value, problems) => {
    expect(problemsOf(value)).toMatchObject(problems);
    expect(problemsOf(value)).toHaveLength(problems.length);
  });

  test("says which part of the request a pointer is in", () => {
    expect(problemsOf({ lines: [] }, ["query"])).toMatchObject([{ pointer: "/query/id" }]);
  });

  test("names a bounded number of problems", () => {
    const lines = Array.from({ length: 1000 }, () => ({ sku: 1, quantity: 0 }));
    expect(problemsOf({ id: "1", lines })).toHaveLength(INPUT_PROBLEMS_MAX);
  });

  test("says in words what is wrong", () => {
    const words = (schema: z.ZodType, value: unknown) =>
      problemsIn(schema, value).map(({ pointer, code, detail }) => `${pointer} ${code}: ${detail}`);
    const codes = (schema: z.ZodType, value: unknown) => problemsIn(schema, value).map(({ pointer, code }) => `${pointer} ${code}`);
    const Field = (schema: z.ZodType) => z.strictObject({ a: schema });
    expect(words(Field(z.int()), {})).toEqual(["/a missing: This field is required"]);
    expect(words(Field(z.int()), { a: 1, b: 2 })).toEqual(['/b unknown_field: The field "b" is not known here']);
    expect(codes(Field(z.string().max(1)), { a: "xx" })).toEqual(["/a too_large"]);
    expect(words(Field(z.string().regex(/x/, "an x")), { a: "y" })).toEqual(["/a wrong_format: an x"]);
    expect(codes(Field(z.number().multipleOf(5)), { a: 6 })).toEqual(["/a not_multiple_of"]);
    expect(codes(z.record(z.string().max(1), z.int()), { ab: 1 })).toEqual(["/ab invalid_name"]);
    const odd = z.strictObject({ a: z.int().optional() }).refine(({ a }) => a !== undefined, { error: "a is odd", path: ["a"] });
    expect(words(odd, {})).toEqual(["/a invalid: a is odd"]);
    expect(codes(z.int(), undefined)).toEqual([" wrong_type"]);
    expect(codes(z.strictObject({ a: z.strictObject({ b: z.int() }) }), { a: null })).toEqual(["/a wrong_type"]);
  });

  test("of a union whose branches come equally far names the union itself", () => {
    const Either = z.union([z.strictObject({ a: z.int() }), z.strictObject({ b: z.strictObject({ c: z.int() }) })]);
    const found = (value: unknown) => problemsIn(Either, value).map(({ pointer, code }) => [pointer, code]);
    expect(found({ b: { c: "x" } })).toEqual([["/b/c", "wrong_type"]]);
    expect(found(7)).toEqual([["", "not_allowed"]]);
  });
});
