import fc from "fast-check";
import type { Random } from "../../examples/demo/random.ts";

/** What is read of a JSON Schema. */
export type Schema = {
  $ref?: string;
  $defs?: Record<string, Schema>;
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  type?: string;
  pattern?: string;
  format?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: Schema | boolean;
  propertyNames?: Schema;
};

/** Gives a value for a property by its name, or undefined where the schema decides. */
export type Hints = (name: string, random: Random) => unknown;

const TEXTS = ["a", "red", "满300减50", "🎁 gift", "e\u0301", "A".repeat(100), "toString", "__proto__"];
const INSTANTS = ["2026-01-01T00:00:00Z", "2026-03-29T01:30:00+01:00", "2026-10-25T02:30:00+02:00", "2028-02-29T23:59:59.999Z"];
const DATES = ["2026-02-28", "2028-02-29", "2026-12-31", "1990-06-10"];
const SAMPLES = 40;

/** Random values of a JSON Schema, among them those at the edges of their ranges. The same random numbers give the same values. */
export class SchemaSampler {
  readonly #defs: Record<string, Schema>;
  readonly #hints: Hints;
  readonly #texts = new Map<string, readonly string[]>();

  constructor(root: Schema, hints: Hints) {
    this.#defs = root.$defs ?? {};
    this.#hints = hints;
  }

  definition(name: string): Schema {
    const found = this.#defs[name];
    if (found === undefined) throw new Error(`the schema has no ${name}`);
    return found;
  }

  sample(schema: Schema, random: Random, depth = 0): unknown {
    if (schema.$ref !== undefined) return this.sample(this.definition(schema.$ref.split("/").at(-1) ?? ""), random, depth);
    if (schema.const !== undefined) return schema.const;
    if (schema.enum !== undefined) return random.pick(schema.enum);
    const variants = schema.oneOf ?? schema.anyOf;
    if (variants !== undefined) return this.sample(random.pick(variants), random, depth);
    switch (schema.type) {
      case "string":
        return this.#text(schema, random);
      case "integer":
      case "number":
        return number(schema, random);
      case "boolean":
        return random.chance(0.5);
      case "null":
        return null;
      case "array":
        return this.#list(schema, random, depth);
      case "object":
        return this.#object(schema, random, depth);
      default:
        return depth > 4 ? null : random.pick([null, true, 1.5, "text", [], [[null]], { a: { b: [1] } }]);
    }
  }

  #list({ items = {}, minItems = 0, maxItems = 4 }: Schema, random: Random, depth: number): unknown[] {
    const length = random.int(minItems, Math.min(maxItems, minItems + 3));
    return Array.from({ length }, () => this.sample(items, random, depth + 1));
  }

  #object({ properties = {}, required = [], additionalProperties, propertyNames }: Schema, random: Random, depth: number): unknown {
    const value: Record<string, unknown> = {};
    for (const [name, property] of Object.entries(properties)) {
      if (!required.includes(name) && !random.chance(0.35)) continue;
      const hint = property.const === undefined && random.chance(0.95) ? this.#hints(name, random) : undefined;
      value[name] = hint ?? this.sample(property, random, depth + 1);
    }
    if (typeof additionalProperties === "object") {
      for (let extra = random.int(0, 2); extra > 0; extra -= 1) {
        value[String(this.sample(propertyNames ?? { type: "string" }, random, depth))] = this.sample(
          additionalProperties,
          random,
          depth + 1,
        );
      }
    }
    return value;
  }

  #text({ pattern, format, minLength = 0, maxLength = 1000 }: Schema, random: Random): string {
    if (format === "date-time") return random.pick(INSTANTS);
    if (format === "date") return random.pick(DATES);
    if (pattern === undefined) return random.pick(TEXTS).slice(0, maxLength).padEnd(minLength, "x");
    let texts = this.#texts.get(pattern);
    if (texts === undefined) {
      texts = fc.sample(fc.stringMatching(new RegExp(pattern)), { numRuns: SAMPLES, seed: 1 });
      this.#texts.set(pattern, texts);
    }
    return random.pick(texts);
  }
}

/** Small numbers, ordinary ones, and those at both ends; decimals of two places where they may be. */
function number({ type, minimum, exclusiveMinimum, maximum }: Schema, random: Random): number {
  const [low, high] = [minimum ?? (exclusiveMinimum === undefined ? -1000 : exclusiveMinimum + 1), maximum ?? Number.MAX_SAFE_INTEGER];
  if (random.chance(0.05)) return high;
  if (random.chance(0.05)) return low;
  const whole = Math.min(high, low + random.int(0, random.pick([3, 100, 50_000])));
  return type === "number" && random.chance(0.3) ? Math.min(high, Math.round(whole * 100 + random.int(0, 99)) / 100) : whole;
}
