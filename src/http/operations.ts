import type { FastifyInstance, RouteOptions } from "fastify";
import { z } from "zod";
import { assert } from "../core/assert.ts";
import type { ErrorCode } from "../core/errors.ts";
import type { RouteScope } from "./auth.ts";

/** What the OpenAPI document needs to know of an operation beyond what its schemas say. */
export type DescribedOperation = { scope: RouteScope; newProgram: boolean; isReport: boolean; problems: readonly ErrorCode[] };

/** Refusals of every operation that needs a key. */
const OF_KEY: readonly ErrorCode[] = [
  "unauthenticated",
  "ip_not_allowed",
  "rate_limited",
  "too_many_at_once",
  "issuer_unavailable",
  "internal",
  "database_unavailable",
  "overloaded",
  "shutting_down",
];
const OF_PROGRAM: readonly ErrorCode[] = ["scope_missing", "program_required", "program_not_found"];
const OF_JSON: readonly ErrorCode[] = ["malformed_json", "body_too_large", "media_type_unsupported", "request_invalid"];
const OF_PATH: readonly ErrorCode[] = ["path_invalid", "path_too_long", "request_invalid"];

function problemsOf({ schema = {}, config }: RouteOptions, scope: RouteScope): ErrorCode[] {
  if (scope === "public") return [];
  const codes: ErrorCode[] = [...OF_KEY, ...(schema.problems ?? [])];
  if (scope === "root") codes.push("root_key_required");
  else codes.push(...OF_PROGRAM);
  if (schema.body instanceof z.ZodType) codes.push(...OF_JSON);
  else if (schema.body) codes.push("media_type_unsupported");
  if (schema.params) codes.push(...OF_PATH);
  if (schema.querystring || schema.headers) codes.push("request_invalid");
  return [...new Set(codes)].filter((code) => !(config?.newProgram && code === "program_not_found"));
}

/** Schemas of JSON bodies and answers must carry an example, so that the document can be tried out. */
function exampleSchemas(schema: unknown): z.ZodType[] {
  if (schema instanceof z.ZodType) return [schema];
  if (typeof schema !== "object" || schema === null || !("content" in schema)) return [];
  return Object.values(schema.content as Record<string, { schema: unknown }>).flatMap((media) => exampleSchemas(media.schema));
}

const hasExample = (schema: z.ZodType): boolean => {
  const meta = schema.meta();
  return meta?.example !== undefined || meta?.examples !== undefined;
};

function check(route: RouteOptions): RouteScope {
  const name = `${[route.method].flat().join(",")} ${route.url}`;
  const { schema = {}, config } = route;
  assert(config?.scope, `${name} says which scope it demands`);
  if (schema.hide) return config.scope;
  for (const field of ["operationId", "summary", "description"] as const) assert(schema[field], `${name} has a ${field}`);
  assert(schema.tags?.length, `${name} has a tag`);
  assert(schema.response, `${name} says what it answers`);
  const described = [schema.body, ...Object.values(schema.response)].flatMap(exampleSchemas);
  for (const part of described) assert(hasExample(part), `${name}: the schema ${part.meta()?.id ?? "without an id"} has an example`);
  return config.scope;
}

/**
 * Notes every route that is added from here on and, once the application is ready, checks what it says of itself.
 * The operations by operationId are complete from then on.
 */
export function collectOperations(app: FastifyInstance): ReadonlyMap<string, DescribedOperation> {
  const routes: RouteOptions[] = [];
  const operations = new Map<string, DescribedOperation>();

  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD") routes.push(route);
  });
  app.addHook("onReady", async () => {
    for (const route of routes) {
      const scope = check(route);
      const id = route.schema?.operationId;
      if (route.schema?.hide || id === undefined) continue;
      assert(!operations.has(id), `the operationId ${id} is used once`);
      const { newProgram = false, isReport = false } = route.config ?? {};
      operations.set(id, { scope, newProgram, isReport, problems: problemsOf(route, scope) });
    }
  });
  return operations;
}
