import type { FastifySchemaCompiler } from "fastify";
import { z } from "zod";
import { LoyaltyError } from "../core/errors.ts";
import { inputProblems } from "../core/input-problems.ts";
import { NDJSON } from "./ndjson.ts";

/** Pointers of the body start at the body; those of the other parts name the part: `/query/limit`, `/path/id`, `/headers/if-match`. */
const PREFIXES: Record<string, readonly string[]> = { body: [], querystring: ["query"], params: ["path"], headers: ["headers"] };

/** Bodies that come as streams: the route that reads one validates it line by line. */
const STREAMED: ReadonlySet<string> = new Set([NDJSON, "text/csv"]);

const passes = (value: unknown) => ({ value });

/** Validates a part of a request with its zod schema; the error is the refusal that the client gets. */
export const validatorCompiler: FastifySchemaCompiler<unknown> = ({ schema, httpPart, contentType }) => {
  if (!(schema instanceof z.ZodType) || STREAMED.has(contentType ?? "")) return passes;
  const prefix = PREFIXES[httpPart ?? "body"] ?? [];

  return (value: unknown) => {
    // Fastify hands null where there is no body at all.
    const input = httpPart === "body" && value === null ? undefined : value;
    const parsed = schema.safeParse(input);
    if (parsed.success) return { value: parsed.data };
    return { error: new LoyaltyError("request_invalid", {}, inputProblems(parsed.error.issues, input, prefix)) };
  };
};

/** For a route that reads its body with a refusal of its own; the schema stands in the document, and the other parts are validated. */
export const bodyUnchecked: FastifySchemaCompiler<unknown> = (part) => (part.httpPart === "body" ? passes : validatorCompiler(part));
