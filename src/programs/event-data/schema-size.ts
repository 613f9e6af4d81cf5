import { checkPattern } from "../../rules/conditions/regex.ts";
import type { Json } from "../../rules/decision.ts";
import { isObject, type JsonObject, patternsOf, referredName, subschemasOf } from "./walk-schema.ts";

/** How much a schema can cost for each value or character. Infinite where it refers to itself. */
type Size = { subschemas: number; patternSteps: number };
const ENDLESS: Size = { subschemas: Number.POSITIVE_INFINITY, patternSteps: Number.POSITIVE_INFINITY };

function stepsOf(pattern: string): number {
  const checked = checkPattern(pattern);
  return "size" in checked ? checked.size : 0;
}

/** Adds up a schema with what it refers to. */
class Measure {
  readonly #definitions: JsonObject;
  readonly #known = new Map<string, Size>();

  constructor(root: JsonObject) {
    this.#definitions = isObject(root.$defs) ? root.$defs : {};
  }

  of(schema: Json): Size {
    if (!isObject(schema)) return { subschemas: 1, patternSteps: 0 };
    const { $defs: _definitions, ...applied } = schema;
    const parts = subschemasOf(applied).map((sub) => this.of(sub.schema));
    const name = referredName(schema.$ref);
    if (name !== undefined) parts.push(this.#ofDefinition(name));
    const own = patternsOf(schema).reduce((sum, { pattern }) => sum + stepsOf(pattern), 0);
    return parts.reduce(
      (sum, { subschemas, patternSteps }) => ({
        subschemas: sum.subschemas + subschemas,
        patternSteps: sum.patternSteps + patternSteps,
      }),
      { subschemas: 1, patternSteps: own },
    );
  }

  #ofDefinition(name: string): Size {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    // Whoever comes by here again before it is measured has come round in a circle.
    this.#known.set(name, ENDLESS);
    const size = this.of(this.#definitions[name] ?? true);
    this.#known.set(name, size);
    return size;
  }
}

/** How much a schema can cost, with what it refers to. */
export const sizeOf = (schema: JsonObject): Size => new Measure(schema).of(schema);
