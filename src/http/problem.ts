import { z } from "zod";
import { ERROR_CATALOGUE, type ErrorCode, type ErrorDetails, type InputProblem } from "../core/errors.ts";

export const PROBLEM_MEDIA_TYPE = "application/problem+json";

export const ERROR_CODES = Object.keys(ERROR_CATALOGUE) as [ErrorCode, ...ErrorCode[]];

/** Where the documentation explains a code; relative to the service, as RFC 9457 allows. */
export const problemType = (code: ErrorCode): string => `/docs/errors#${code}`;

const InputProblemSchema = z
  .strictObject({
    pointer: z.string().meta({
      description: "RFC 6901 pointer into the body; `/query/…`, `/path/…` and `/headers/…` for the other parts of the request",
      example: "/lines/0/quantity",
    }),
    code: z.string().meta({ description: "What is wrong, for programs", example: "too_small" }),
    detail: z.string().meta({ description: "What is wrong, in words", example: "Too small: expected number to be >=1" }),
  })
  .meta({ id: "InputProblem", description: "One thing that is wrong with an input" });

/** RFC 9457. */
export const Problem = z
  .strictObject({
    type: z.string().meta({ description: "URL of the explanation of the code", format: "uri-reference" }),
    title: z.string().meta({ description: "What the code means; never changes with the data" }),
    status: z.int().min(400).max(599).meta({ description: "The HTTP status again" }),
    detail: z.string().meta({ description: "What happened this time, in words" }),
    code: z.enum(ERROR_CODES).meta({ description: "Stable code of the refusal" }),
    errors: z.array(InputProblemSchema).meta({ description: "What is wrong with the input, field by field; empty for other refusals" }),
    details: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .meta({ description: "Facts of the refusal, by name; empty where there are none" }),
    requestId: z.string().meta({ description: "`X-Request-Id` of this request, for support" }),
  })
  .meta({ id: "Problem", description: "Why a request was refused (RFC 9457)" });

export type Problem = z.infer<typeof Problem>;

/** The body of a refusal. */
export function toProblem(code: ErrorCode, requestId: string, details: ErrorDetails = {}, errors: readonly InputProblem[] = []): Problem {
  const { status, title } = ERROR_CATALOGUE[code];
  return { type: problemType(code), title, status, detail: explain(title, details, errors), code, errors: [...errors], details, requestId };
}

function explain(title: string, details: ErrorDetails, errors: readonly InputProblem[]): string {
  const [first] = errors;
  if (first) {
    const where = first.pointer === "" ? "the body" : first.pointer;
    const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : "";
    return `${title}: ${where}: ${first.detail}${more}`;
  }
  const facts = Object.entries(details).map(([name, value]) => `${name} ${value}`);
  return facts.length > 0 ? `${title} (${facts.join(", ")})` : title;
}
