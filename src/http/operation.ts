import type { z } from "zod";
import type { ErrorCode } from "../core/errors.ts";
import type { Tag } from "./tags.ts";

/** An answer without a body, such as 204. */
export type NoContent = { description: string };
/** An answer that is not JSON. */
export type RawContent = { description: string; content: Record<string, { schema: z.ZodType }> };

/** What the OpenAPI document says of one route, and what validates it. */
export type Operation = {
  operationId: string;
  tag: Tag;
  summary: string;
  description: string;
  params?: z.ZodObject;
  querystring?: z.ZodObject;
  headers?: z.ZodObject;
  body?: z.ZodType | { content: Record<string, { schema: z.ZodType }> };
  /** Successful answers only; the refusals are made from `problems`. */
  response: Record<number, z.ZodType | NoContent | RawContent>;
  /** Refusals of this operation beyond those that every operation may give. */
  problems?: readonly ErrorCode[];
};

declare module "fastify" {
  interface FastifySchema {
    problems?: readonly ErrorCode[];
  }
}

/** The schema of a route. `npm run openapi` and its check fail where an operation has no scope, summary, description, operationId, tag or example. */
export function operation<const O extends Operation>(described: O): Omit<O, "tag"> & { tags: Tag[] } {
  const { tag, ...schema } = described;
  return { ...schema, tags: [tag] };
}
