import type { FastifySerializerCompiler } from "fastify/types/schema.js";
import { z } from "zod";
import { AssertionFailed } from "../core/assert.ts";
import { writtenOf } from "../core/written.ts";

/**
 * Answers are written as they are: a write that is committed must not become a 500 because its answer misses a field.
 * With `checkAnswers`, which the tests set, an answer that is not as documented is a defect and fails.
 */
export function serializerCompiler(checkAnswers: boolean): FastifySerializerCompiler<unknown> {
  return ({ schema, method, url }) => {
    if (!checkAnswers || !(schema instanceof z.ZodType)) return writtenOf;
    return (answer) => {
      const parsed = schema.safeParse(answer);
      if (!parsed.success) throw new AssertionFailed(`${method} ${url} does not answer as documented: ${z.prettifyError(parsed.error)}`);
      return writtenOf(answer);
    };
  };
}
