import { z } from "zod";
import { ProgramDefinition } from "./definition.ts";

/** JSON Schema (2020-12) of a program file, for editors; published as `openapi/program.schema.json`. Fields with defaults are optional. */
export function programJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(ProgramDefinition, { io: "input", target: "draft-2020-12" });
  return { $schema, title: "Loyalty program", ...schema };
}
