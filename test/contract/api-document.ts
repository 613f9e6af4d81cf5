import type { ErrorCode } from "../../src/core/errors.ts";
import type { ApiMethod, ApiRequest } from "../support/api-client.ts";

export type Schema = {
  $ref?: string;
  type?: string | string[];
  pattern?: string;
  enum?: unknown[];
  const?: unknown;
  example?: unknown;
  examples?: unknown[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  oneOf?: Schema[];
  anyOf?: Schema[];
};
type Media = { schema: Schema; example?: unknown; examples?: Record<string, unknown> };
type Parameter = { $ref?: string; in?: string; name?: string; required?: boolean; schema?: Schema };
type Response = { description: string; content?: Record<string, Media> };
export type OperationObject = {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Response>;
  "x-required-scopes"?: string[];
  security?: object[];
};
export type ApiDocument = {
  openapi: string;
  paths: Record<string, Record<string, OperationObject>>;
  tags: { name: string }[];
  components: { schemas: Record<string, Schema> };
};

/** An operation as a test calls it. */
export type ApiOperation = {
  id: string;
  method: ApiMethod;
  path: string;
  /** Undefined for public ones. */
  scope: string | undefined;
  /** Every refusal that is documented. */
  codes: ErrorCode[];
  body: { type: string; example: unknown } | undefined;
  has: { query: boolean; path: boolean };
  object: OperationObject;
};

/** A request that an operation would understand; about things that need not exist. */
export type Call = { method: ApiMethod; path: string; request: ApiRequest };

const PROBLEM = "application/problem+json";

/** The schema itself, or the component that it names. */
export function resolved(document: ApiDocument, schema: Schema): Schema {
  const name = schema.$ref?.split("/").at(-1);
  return name === undefined ? schema : (document.components.schemas[name] ?? {});
}

/** What a schema or the component that it names gives as its example. */
export function exampleOf(document: ApiDocument, { schema, example }: Media): unknown {
  const named = resolved(document, schema);
  return example ?? named.example ?? named.examples?.[0];
}

export function operationsOf(document: ApiDocument): ApiOperation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, object]) => {
      const [body] = Object.entries(object.requestBody?.content ?? {});
      const parameters = object.parameters ?? [];
      return {
        id: object.operationId,
        method: method.toUpperCase() as ApiMethod,
        path,
        scope: object["x-required-scopes"]?.[0],
        codes: Object.values(object.responses).flatMap(({ content }) => Object.keys(content?.[PROBLEM]?.examples ?? {}) as ErrorCode[]),
        body: body && { type: body[0], example: exampleOf(document, body[1]) },
        has: { query: parameters.some((parameter) => parameter.in === "query"), path: path.includes("{") },
        object,
      };
    }),
  );
}

const UNKNOWN: Record<string, string> = {
  version: "99",
  id: "key_00000000-0000-7000-8000-000000000000",
  memberId: "nobody",
  orderId: "nothing",
  segmentId: "no-such-list",
  eventId: "no-event",
  webhookId: "hook_00000000-0000-7000-8000-000000000000",
  position: "1",
};

/** A valid request. `values` names things in the path; what is not named does not exist. */
export function callOf({ method, path, body }: ApiOperation, values: Record<string, string> = {}): Call {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? UNKNOWN[name] ?? "unknown");
  if (body === undefined) return { method, path: filled, request: {} };
  const text = typeof body.example === "string" ? body.example : `${JSON.stringify(body.example)}\n`;
  return { method, path: filled, request: { body: text, headers: { "content-type": body.type } } };
}
