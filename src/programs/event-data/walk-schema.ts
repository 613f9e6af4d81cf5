import type { Json } from "../../rules/decision.ts";

export type JsonObject = { [name: string]: Json };

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Keywords that hold a schema, a list of schemas, and schemas by name. */
const ONE = ["additionalProperties", "propertyNames", "items", "contains", "not", "if", "then", "else"] as const;
const LIST = ["allOf", "anyOf", "oneOf", "prefixItems"] as const;
const NAMED = ["properties", "patternProperties", "$defs", "dependentSchemas"] as const;

/** Keywords that hold no schema. What is not listed here is refused, so that nothing is silently ignored. */
const PLAIN = [
  ...["$schema", "$ref", "$comment", "title", "description", "examples", "default", "deprecated"],
  ...["type", "enum", "const", "format", "pattern", "minLength", "maxLength"],
  ...["multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"],
  ...["minItems", "maxItems", "uniqueItems", "minContains", "maxContains"],
  ...["required", "minProperties", "maxProperties", "dependentRequired"],
];

export const KEYWORDS: ReadonlySet<string> = new Set([...ONE, ...LIST, ...NAMED, ...PLAIN]);

export type Subschema = { schema: Json; path: readonly (string | number)[] };

/** The schemas that stand in a schema, one level down, with where they stand. */
export function subschemasOf(schema: JsonObject): Subschema[] {
  const one = ONE.flatMap((keyword) => (schema[keyword] === undefined ? [] : [{ schema: schema[keyword], path: [keyword] }]));
  const list = LIST.flatMap((keyword) => {
    const items = schema[keyword];
    return Array.isArray(items) ? items.map((item, index) => ({ schema: item, path: [keyword, index] })) : [];
  });
  const named = NAMED.flatMap((keyword) => {
    const items = schema[keyword];
    return isObject(items) ? Object.entries(items).map(([name, item]) => ({ schema: item, path: [keyword, name] })) : [];
  });
  return [...one, ...list, ...named];
}

const REF = /^#\/\$defs\/([^/~%]+)$/;

/** The name in `$defs` that a `$ref` refers to; undefined for any other value. */
export const referredName = (ref: Json | undefined): string | undefined => (typeof ref === "string" ? REF.exec(ref)?.[1] : undefined);

/** The patterns that a schema itself holds. */
export function patternsOf({ pattern, patternProperties }: JsonObject): { pattern: string; path: readonly string[] }[] {
  const own = typeof pattern === "string" ? [{ pattern, path: ["pattern"] }] : [];
  const names = isObject(patternProperties) ? Object.keys(patternProperties) : [];
  return [...own, ...names.map((name) => ({ pattern: name, path: ["patternProperties", name] }))];
}
