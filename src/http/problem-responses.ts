import { ERROR_CATALOGUE, type ErrorCode } from "../core/errors.ts";
import { PROBLEM_MEDIA_TYPE, type Problem, toProblem } from "./problem.ts";

type Reference = { $ref: string };

/** A response of the OpenAPI document. */
export type ProblemResponse = {
  description: string;
  headers: Record<string, Reference>;
  content: Record<string, { schema: object; examples: Record<string, Reference> }>;
};

const EXAMPLE_REQUEST_ID = "0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10";
const header = (name: string): Reference => ({ $ref: `#/components/headers/${name}` });

function headersOf(status: number): Record<string, Reference> {
  return {
    "X-Request-Id": header("X-Request-Id"),
    // Nobody is known yet who is refused for their key.
    ...(status === 401 ? {} : { RateLimit: header("RateLimit"), "RateLimit-Policy": header("RateLimit-Policy") }),
    ...(status === 401 ? { "WWW-Authenticate": header("WWW-Authenticate") } : {}),
    ...(status === 503 || status === 429 ? { "Retry-After": header("Retry-After") } : {}),
  };
}

/** A component for each code: what its problem looks like. */
export function problemExamples(codes: readonly ErrorCode[]): Record<string, { summary: string; value: Problem }> {
  return Object.fromEntries(codes.map((code) => [code, { summary: ERROR_CATALOGUE[code].title, value: exampleOf(code) }]));
}

function exampleOf(code: ErrorCode): Problem {
  const errors = code === "request_invalid" ? [{ pointer: "/id", code: "missing", detail: "This field is required" }] : [];
  return toProblem(code, EXAMPLE_REQUEST_ID, {}, errors);
}

function responseOf(status: number, codes: readonly ErrorCode[]): ProblemResponse {
  return {
    description: codes.map((code) => `\`${code}\`: ${ERROR_CATALOGUE[code].title}`).join("; "),
    headers: headersOf(status),
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: {
          allOf: [
            { $ref: "#/components/schemas/Problem" },
            { type: "object", properties: { code: { type: "string", enum: codes }, status: { type: "integer", const: status } } },
          ],
        },
        examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
      },
    },
  };
}

/** The responses of an operation that may be refused with these codes: one a status, each with its codes and an example of each. */
export function problemResponses(...codes: readonly ErrorCode[]): Record<string, ProblemResponse> {
  const byStatus = Map.groupBy([...new Set(codes)].sort(), (code) => ERROR_CATALOGUE[code].status);
  return Object.fromEntries([...byStatus].map(([status, ofStatus]) => [String(status), responseOf(status, ofStatus)]));
}
