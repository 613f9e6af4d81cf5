import { assert } from "../core/assert.ts";
import { AS_OF_HEADER } from "./date-reports.ts";
import type { DescribedOperation } from "./operations.ts";
import { problemExamples, problemResponses } from "./problem-responses.ts";

/** The parts of an OpenAPI document that are completed here. */
type Response = { description: string; headers?: Record<string, object> };
type OperationObject = {
  operationId: string;
  parameters?: object[];
  responses: Record<string, Response>;
  security?: object[];
  "x-required-scopes"?: string[];
};
export type Document = { paths: Record<string, Record<string, OperationObject>>; components: Record<string, object> };

export const KEY_SCHEME = "apiKey";
export const TOKEN_SCHEME = "personToken";

export const HEADERS = {
  "X-Request-Id": { description: "Id of this request: the one that was sent, or a new one", schema: { type: "string", maxLength: 128 } },
  "Retry-After": { description: "Seconds after which the request may be sent again", schema: { type: "integer" } },
  RateLimit: {
    description:
      "Of a key with limits: what is left of each (`r`) and in how many seconds it begins anew (`t`), by draft-ietf-httpapi-ratelimit-headers",
    schema: { type: "string" },
    example: '"requests";r=599;t=60, "at-once";r=19',
  },
  "RateLimit-Policy": {
    description: "Of a key with limits: how much each lets through (`q`) in how many seconds (`w`)",
    schema: { type: "string" },
    example: '"requests";q=600;w=60, "at-once";q=20;qu="concurrent-requests"',
  },
  "WWW-Authenticate": { description: "How to authenticate", schema: { type: "string" } },
  [AS_OF_HEADER]: {
    description: "Where reports are read from a replica: everything that was committed up to this moment is in it",
    schema: { type: "string", format: "date-time" },
  },
  "Idempotent-Replayed": {
    description: "`true` when the id was used before with the same body: this is the first answer again, and nothing changed",
    schema: { type: "string", const: "true" },
  },
} as const;

export const PARAMETERS = {
  RequestId: {
    name: "X-Request-Id",
    in: "header",
    required: false,
    description: "Your own id of the request, up to 128 of A-Z a-z 0-9 . _ : / + = -; it is answered and logged",
    schema: { type: "string", maxLength: 128 },
  },
  LoyaltyProgram: {
    name: "Loyalty-Program",
    in: "header",
    required: false,
    description: "Id of the program. The root key needs it; an API key belongs to one program and may leave it out",
    schema: { type: "string", maxLength: 63 },
    example: "retail-gbp",
  },
} as const;

const DESCRIPTIONS: Record<string, string> = {
  "200": "Done",
  "201": "Created",
  "204": "Done; there is nothing to say",
};

const parameter = (name: keyof typeof PARAMETERS) => ({ $ref: `#/components/parameters/${name}` });
const header = (name: keyof typeof HEADERS) => ({ $ref: `#/components/headers/${name}` });

/** Headers of every answer to a key. */
const LIMIT_HEADERS = { RateLimit: header("RateLimit"), "RateLimit-Policy": header("RateLimit-Policy") };

type Traits = { isPublic: boolean; isIdempotent: boolean; isReport: boolean };

function completeAnswer(status: string, answer: Response, { isPublic, isIdempotent, isReport }: Traits): Response {
  const description = answer.description === "Default Response" ? (DESCRIPTIONS[status] ?? answer.description) : answer.description;
  const replayed = isIdempotent && status === "200" ? { "Idempotent-Replayed": header("Idempotent-Replayed") } : {};
  const limits = isPublic ? {} : LIMIT_HEADERS;
  const dated = isReport ? { [AS_OF_HEADER]: header(AS_OF_HEADER) } : {};
  return {
    ...answer,
    description,
    headers: { "X-Request-Id": header("X-Request-Id"), ...limits, ...answer.headers, ...dated, ...replayed },
  };
}

function completeOperation(operation: OperationObject, { scope, isReport, problems }: DescribedOperation): OperationObject {
  const isPublic = scope === "public";
  const isOfProgram = !isPublic && scope !== "root";
  const isIdempotent = problems.includes("id_reused");
  const answers = Object.entries(operation.responses).map(([status, answer]) => [
    status,
    completeAnswer(status, answer, { isPublic, isIdempotent, isReport }),
  ]);
  return {
    ...operation,
    parameters: [...(operation.parameters ?? []), parameter("RequestId"), ...(isOfProgram ? [parameter("LoyaltyProgram")] : [])],
    responses: { ...problemResponses(...problems), ...Object.fromEntries(answers) },
    security: isPublic ? [] : [{ [KEY_SCHEME]: [] }, ...(isOfProgram ? [{ [TOKEN_SCHEME]: [] }] : [])],
    // None says that no key is asked for. An operation that says nothing does not start (operations.ts).
    "x-required-scopes": isPublic ? [] : [scope],
  };
}

/** Adds to each operation what is the same for all: refusals with their codes, security, scopes and standard headers. */
export function completeDocument<D extends Document>(document: D, operations: ReadonlyMap<string, DescribedOperation>): D {
  const paths = Object.entries(document.paths).map(([path, methods]) => {
    const completed = Object.entries(methods).map(([method, operation]) => {
      const described = operations.get(operation.operationId);
      assert(described, `${operation.operationId} is a known operation`);
      return [method, completeOperation(operation, described)];
    });
    return [path, Object.fromEntries(completed)];
  });
  const codes = new Set([...operations.values()].flatMap(({ problems }) => problems));
  return {
    ...document,
    paths: Object.fromEntries(paths),
    components: { ...document.components, headers: HEADERS, parameters: PARAMETERS, examples: problemExamples([...codes].sort()) },
  };
}
