import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import type { InputProblem } from "../../core/errors.ts";
import { INPUT_PROBLEMS_MAX } from "../../core/input-problems.ts";
import { matchesPattern } from "../../rules/conditions/regex.ts";
import type { EventDefinition } from "../event-definition.ts";
import { countValues } from "./data-limits.ts";
import { FORMATS } from "./formats.ts";
import { sizeOf } from "./schema-size.ts";
import { vetSchema } from "./vet-schema.ts";
import type { JsonObject } from "./walk-schema.ts";

/** Says what is wrong with an event's data; pointers are into the data. */
export type DataCheck = (data: JsonObject) => InputProblem[];

/** Patterns are RE2, in linear time; the engine's own could take for ever. `toString` tells them apart. */
const regExp = Object.assign(
  (pattern: string) => ({ test: (text: string) => matchesPattern(text, pattern), toString: () => `re2:${pattern}` }),
  {
    code: "re2",
  },
);

/** Vetting has refused what it would warn of. Schemas are not kept in it: each compiled one is on its own. */
const OPTIONS = {
  strict: false,
  ownProperties: true,
  multipleOfPrecision: 6,
  validateSchema: false,
  addUsedSchema: false,
  inlineRefs: false,
  logger: false,
  formats: { ...FORMATS },
  code: { regExp },
} as const;
/** One that stops at the first thing that is wrong, and one that finds everything: made for the first schema that there is. */
let validators: { quick: Ajv2020; thorough: Ajv2020 } | undefined;

function needValidators() {
  validators ??= { quick: new Ajv2020(OPTIONS), thorough: new Ajv2020({ ...OPTIONS, allErrors: true }) };
  return validators;
}

/** Values times schemas up to which everything that is wrong is found; beyond it the first thing is enough. */
const THOROUGH_STEPS_MAX = 20_000;

const inPointer = (name: string): string => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;

/** A field that is missing or not known is named itself, not the object that it stands in. */
function problemOf({ instancePath, keyword, params, message = "does not fit" }: ErrorObject): InputProblem {
  if (keyword === "required") {
    return { pointer: instancePath + inPointer(params.missingProperty), code: "missing", detail: "This field is required" };
  }
  if (keyword === "additionalProperties") {
    const name: string = params.additionalProperty;
    return { pointer: instancePath + inPointer(name), code: "unknown_field", detail: `The field "${name}" is not known here` };
  }
  const values =
    keyword === "enum"
      ? `: ${JSON.stringify(params.allowedValues)}`
      : keyword === "const"
        ? `: ${JSON.stringify(params.allowedValue)}`
        : "";
  return { pointer: instancePath, code: keyword, detail: message + values.slice(0, 200) };
}

/** One problem a place and keyword: the branches of `anyOf` say the same again. */
function problemsOf(errors: readonly ErrorObject[]): InputProblem[] {
  const problems = new Map(
    errors.slice(0, 10 * INPUT_PROBLEMS_MAX).map((error) => [`${error.instancePath} ${error.keyword} ${error.message}`, error]),
  );
  return [...problems.values()].slice(0, INPUT_PROBLEMS_MAX).map(problemOf);
}

function compileWith(ajv: Ajv2020, schema: JsonObject): ValidateFunction {
  const validate = ajv.compile(schema);
  ajv.removeSchema(schema);
  return validate;
}

/** A schema, compiled when it is first asked: the first answer is quick, the list of all problems only made where there are any. */
class CompiledSchema {
  readonly #schema: JsonObject;
  readonly #subschemas: number;
  #quick: ValidateFunction | undefined;
  #thorough: ValidateFunction | undefined;

  constructor(schema: JsonObject) {
    this.#schema = schema;
    this.#subschemas = sizeOf(schema).subschemas;
  }

  check(data: JsonObject): InputProblem[] {
    this.#quick ??= compileWith(needValidators().quick, this.#schema);
    if (this.#quick(data)) return [];
    const first = this.#quick.errors ?? [];
    if (this.#subschemas * countValues(data) > THOROUGH_STEPS_MAX) return problemsOf(first);
    this.#thorough ??= compileWith(needValidators().thorough, this.#schema);
    this.#thorough(data);
    return problemsOf(this.#thorough.errors ?? first);
  }
}

const NO_DATA: DataCheck = (data) =>
  Object.keys(data).map((name) => ({ pointer: inPointer(name), code: "unknown_field", detail: "Events of this type have no data" }));

/** What a program is checked with is what it is compiled to: each schema once. */
const compiled = new WeakMap<JsonObject, CompiledSchema>();

/** What checks the data of a type of event, whose schema has been checked when it was published. */
export function dataCheckOf({ schema }: Pick<EventDefinition, "schema">): DataCheck {
  if (schema === undefined) return NO_DATA;
  const known = compiled.get(schema) ?? new CompiledSchema(schema);
  compiled.set(schema, known);
  return (data) => known.check(data);
}

/** What is wrong with the schema of a type of event; `pointer` is its own. */
export function eventSchemaProblems({ schema }: Pick<EventDefinition, "schema">, pointer: string): InputProblem[] {
  if (schema === undefined) return [];
  const vetted = vetSchema(schema, pointer);
  if (vetted.length > 0) return vetted;
  const { thorough } = needValidators();
  if (!thorough.validateSchema(schema)) {
    return problemsOf(thorough.errors ?? []).map((problem) => ({ ...problem, pointer: pointer + problem.pointer }));
  }
  dataCheckOf({ schema })({}); // compiles it now and not with the first event
  return [];
}
