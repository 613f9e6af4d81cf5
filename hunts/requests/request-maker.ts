import { type Random, seededRandom } from "../../examples/demo/random.ts";
import type { ApiOperation } from "../../test/contract/api-document.ts";
import { breakJson } from "../rules/break-json.ts";
import { type Hints, type Schema, SchemaSampler } from "../rules/from-schema.ts";

/** As its schema says; broken in one place; or what no client of good will would send. */
export type Way = "valid" | "broken" | "hostile";

export type MadeRequest = {
  operation: ApiOperation;
  way: Way;
  path: string;
  headers: Record<string, string>;
  body?: string;
};

type Parameter = { name: string; in: string; schema: Schema };

export type RequestDocument = { components: { schemas: Record<string, Schema>; parameters: Record<string, Parameter> } };

const WAYS: readonly [Way, weight: number][] = [
  ["valid", 50],
  ["broken", 35],
  ["hostile", 15],
];
/** Few of each, so that generated requests meet. */
export const NUMBERS: readonly number[] = Array.from({ length: 12 }, (_, n) => n + 1);
const HOSTILE_TEXTS = [
  "",
  "%",
  "%zz",
  "%00",
  "%ff%fe",
  "..%2f..%2fetc%2fpasswd",
  "a".repeat(3_000),
  "'%20or%201=1--",
  "%F0%9F%8E%81",
  "__proto__",
  "-1",
  "9007199254740993",
  "null",
  "%E2%80%AE",
];
const HOSTILE_BODIES = [
  "",
  "{",
  "[]",
  "null",
  '"text"',
  "\u0000",
  '{"id": 1e400}',
  '{"id": "a", "id": "b"}',
  '{"__proto__": {"admin": true}}',
  "[".repeat(50_000),
  `{"id": "${"a".repeat(200_000)}"}`,
  "\ufeff{}",
  "{}{}",
  "id=1&points=5",
];
const HOSTILE_PARTS = ["path", "query", "body", "type", "headers"] as const;
const HOSTILE_HEADERS: readonly Record<string, string>[] = [
  { "if-match": "seven", "if-none-match": "*" },
  { "x-request-id": "<script>" },
  { "idempotency-key": "a b" },
  { authorization: "Bearer nobody" },
  { "loyalty-program": "nowhere" },
  { "accept-encoding": "br;q=nan", accept: "text/nothing" },
];
const HOSTILE_TYPES = [
  "text/plain",
  "application/xml",
  "application/json; charset=utf-16",
  "multipart/form-data",
  "",
  "application/x-ndjson",
];

const anyOf = (random: Random, prefix: string): string => `${prefix}-${random.pick(NUMBERS)}`;

/** What makes generated requests be about the same things. */
const HINTS: Record<string, (random: Random) => unknown> = {
  memberId: (random) => anyOf(random, "m"),
  from: (random) => anyOf(random, "m"),
  to: (random) => anyOf(random, "m"),
  into: (random) => anyOf(random, "m"),
  owner: (random) => anyOf(random, "m"),
  id: (random) => anyOf(random, random.pick(["m", "x"])),
  currency: () => "GBP",
  wallet: () => "points",
  reward: () => "tote",
  coupon: () => "five-off",
  segment: () => "vip-list",
  tier: (random) => random.pick(["bronze", "silver"]),
  occurredAt: (random) => `2026-0${random.int(1, 9)}-${random.int(10, 28)}T12:00:00Z`,
  sku: (random) => random.pick(["A", "B", "TOTE"]),
  unitPrice: (random) => random.int(0, 50_000),
  quantity: (random) => random.int(1, 5),
  month: (random) => `2026-0${random.int(1, 9)}`,
  version: (random) => random.int(1, 3),
  seq: (random) => random.int(1, 20),
  type: (random) => (random.chance(0.5) ? "review" : undefined),
};

const HINT_SHARE = 0.8;
const QUERY_SHARE = 0.3;
const hints: Hints = (name, random) => (random.chance(HINT_SHARE) ? HINTS[name]?.(random) : undefined);

/** Makes requests for the operations of an OpenAPI document; the n-th of a seed is always the same. */
export class RequestMaker {
  readonly #operations: readonly ApiOperation[];
  readonly #parameters: Record<string, Parameter>;
  readonly #sampler: SchemaSampler;
  readonly #seed: number;
  readonly #program: unknown;

  /** `program` is what is published where a valid program is to be. */
  constructor(document: RequestDocument, operations: readonly ApiOperation[], { seed, program }: { seed: number; program: unknown }) {
    this.#operations = operations;
    this.#parameters = document.components.parameters;
    this.#sampler = new SchemaSampler({ $defs: document.components.schemas }, hints);
    this.#seed = seed;
    this.#program = program;
  }

  make(n: number): MadeRequest {
    const random = seededRandom(Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b));
    const operation = random.pick(this.#operations);
    const [way] = random.pick(WAYS, ([, weight]) => weight);
    const hostile = way === "hostile" ? random.pick(HOSTILE_PARTS) : undefined;
    const parameters = (operation.object.parameters ?? []).map((parameter) => this.#named(parameter));
    const path = this.#path(operation.path, parameters, random, hostile === "path");
    const query = this.#query(parameters, random, hostile === "query");
    const { type, body } = this.#body(operation, way, random);
    const headers = {
      ...(type === undefined ? {} : { "content-type": hostile === "type" ? random.pick(HOSTILE_TYPES) : type }),
      ...(parameters.some(({ name }) => name === "idempotency-key") ? { "idempotency-key": anyOf(random, "key") } : {}),
      ...(hostile === "headers" ? random.pick(HOSTILE_HEADERS) : {}),
    };
    return {
      operation,
      way,
      path: query === "" ? path : `${path}?${query}`,
      headers,
      ...(body === undefined ? {} : { body: hostile === "body" ? random.pick(HOSTILE_BODIES) : body }),
    };
  }

  #named(parameter: { $ref?: string; name?: string }): Parameter {
    const found = parameter.$ref === undefined ? parameter : this.#parameters[parameter.$ref.split("/").at(-1) ?? ""];
    if (found === undefined) throw new Error(`the document has no ${parameter.$ref}`);
    return found as Parameter;
  }

  #path(template: string, parameters: readonly Parameter[], random: Random, isHostile: boolean): string {
    return template.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      if (isHostile) return random.pick(HOSTILE_TEXTS);
      const schema = parameters.find((each) => each.in === "path" && each.name === name)?.schema;
      const hinted = random.chance(HINT_SHARE) ? (HINTS[name]?.(random) ?? anyOf(random, "x")) : undefined;
      return encodeURIComponent(String(hinted ?? this.#sampler.sample(schema ?? {}, random)).toWellFormed());
    });
  }

  #query(parameters: readonly Parameter[], random: Random, isHostile: boolean): string {
    const pairs = parameters
      .filter((parameter) => parameter.in === "query" && random.chance(QUERY_SHARE))
      .map(({ name, schema }) => {
        const value = String(hints(name, random) ?? this.#sampler.sample(schema, random));
        return `${name}=${isHostile ? random.pick(HOSTILE_TEXTS) : encodeURIComponent(value.toWellFormed())}`;
      });
    if (isHostile) pairs.push(random.pick(["x=1", "limit=1&limit=2", "__proto__=1", "%zz=%zz"]));
    return pairs.join("&");
  }

  /** What is published is the program of the hunt, whole or broken: another valid one would end all other requests early. */
  #body({ id, body, object }: ApiOperation, way: Way, random: Random): { type?: string; body?: string } {
    if (body === undefined) return {};
    const content = object.requestBody?.content[body.type];
    const sampled = id === "putProgram" ? this.#program : this.#sampler.sample((content?.schema ?? {}) as Schema, random);
    if (typeof sampled === "string") return { type: body.type, body: sampled };
    const isBreakable = way === "broken" && typeof sampled === "object" && sampled !== null && Object.keys(sampled).length > 0;
    return { type: body.type, body: `${JSON.stringify(isBreakable ? breakJson(sampled, random) : sampled)}\n` };
  }
}
