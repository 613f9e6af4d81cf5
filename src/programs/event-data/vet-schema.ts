import type { InputProblem } from "../../core/errors.ts";
import { pointerTo } from "../../core/input-problems.ts";
import { checkPattern } from "../../rules/conditions/regex.ts";
import type { Json } from "../../rules/decision.ts";
import { FORMATS } from "./formats.ts";
import { sizeOf } from "./schema-size.ts";
import { isObject, type JsonObject, KEYWORDS, patternsOf, referredName, subschemasOf } from "./walk-schema.ts";

const BYTES_MAX = 16 * 1024;
const DEPTH_MAX = 12;
/** Schemas in a schema, those behind a `$ref` counted at each place that names them: each may look at each value once. */
export const SUBSCHEMAS_MAX = 150;
/** Steps that all patterns together may take for each character: linear, but not for free. */
const PATTERN_STEPS_MAX = 1000;
const DIALECT = /^https:\/\/json-schema\.org\/draft\/2020-12\/schema#?$/;

type Path = readonly (string | number)[];

function refProblem(ref: Json, root: JsonObject): string | null {
  const name = referredName(ref);
  if (name === undefined) return "refers to a schema in `$defs` of this one, such as #/$defs/address";
  return isObject(root.$defs) && Object.hasOwn(root.$defs, name) ? null : `there is no "${name}" in $defs`;
}

function* keywordProblems(schema: JsonObject, path: Path, root: JsonObject): Generator<[Path, string, string]> {
  for (const keyword of Object.keys(schema)) {
    if (!KEYWORDS.has(keyword)) yield [[...path, keyword], "unknown_keyword", `"${keyword}" is no keyword that is known here`];
  }
  const { $schema, $ref, $defs, format } = schema;
  if ($schema !== undefined && !(typeof $schema === "string" && DIALECT.test($schema))) {
    yield [[...path, "$schema"], "unknown_dialect", "schemas are of JSON Schema 2020-12"];
  }
  const wrongRef = $ref === undefined ? null : refProblem($ref, root);
  if (wrongRef !== null) yield [[...path, "$ref"], "ref_not_allowed", wrongRef];
  if ($defs !== undefined && path.length > 0) yield [[...path, "$defs"], "defs_not_at_top", "`$defs` stands at the top of the schema"];
  if (typeof format === "string" && !Object.hasOwn(FORMATS, format)) {
    yield [[...path, "format"], "unknown_format", `known formats are ${Object.keys(FORMATS).join(", ")}`];
  }
  for (const { pattern, path: at } of patternsOf(schema)) {
    const checked = checkPattern(pattern);
    if ("problem" in checked) yield [[...path, ...at], "pattern_invalid", checked.problem];
  }
}

function* schemaProblems(schema: Json, path: Path, root: JsonObject): Generator<[Path, string, string]> {
  if (!isObject(schema)) return;
  if (path.length > 2 * DEPTH_MAX) {
    yield [path, "too_deep", `schemas nest at most ${DEPTH_MAX} deep`];
    return;
  }
  yield* keywordProblems(schema, path, root);
  for (const sub of subschemasOf(schema)) yield* schemaProblems(sub.schema, [...path, ...sub.path], root);
}

/** What is wrong with a schema beyond what JSON Schema itself says: what could cost too much, or would be ignored. `pointer` is its own. */
export function vetSchema(schema: JsonObject, pointer: string): InputProblem[] {
  const bytes = new TextEncoder().encode(JSON.stringify(schema)).length;
  if (bytes > BYTES_MAX) return [{ pointer, code: "too_large", detail: `a schema has at most 16 KB as JSON; this one has ${bytes} bytes` }];
  const problems = [...schemaProblems(schema, [], schema)].map(([path, code, detail]) => ({
    pointer: pointer + pointerTo(path),
    code,
    detail,
  }));
  if (problems.length > 0) return problems;
  const { subschemas, patternSteps } = sizeOf(schema);
  if (subschemas === Number.POSITIVE_INFINITY) return [{ pointer, code: "ref_circle", detail: "a schema does not refer to itself" }];
  if (subschemas > SUBSCHEMAS_MAX) {
    const detail = `at most ${SUBSCHEMAS_MAX} schemas in one, each counted where it is referred to; here are ${subschemas}`;
    return [{ pointer, code: "too_complex", detail }];
  }
  if (patternSteps > PATTERN_STEPS_MAX) return [{ pointer, code: "too_complex", detail: "the patterns are too large together" }];
  return [];
}
