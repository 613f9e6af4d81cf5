import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { programJsonSchema } from "../../src/programs/json-schema.ts";

type Schema = {
  $ref?: string;
  const?: unknown;
  description?: string;
  properties?: Record<string, Schema>;
  $defs?: Record<string, Schema>;
};

const schema = programJsonSchema() as Schema;
const definitionOf = ({ $ref }: Schema): Schema | undefined => schema.$defs?.[$ref?.split("/").at(-1) ?? ""];

/** The properties below a schema that say nothing of themselves, by their place. A constant says what it is. */
function* undescribed(node: unknown, place: string): Generator<string> {
  if (typeof node !== "object" || node === null) return;
  for (const [name, property] of Object.entries((node as Schema).properties ?? {})) {
    const description = property.description ?? definitionOf(property)?.description;
    if (property.const === undefined && description === undefined) yield `${place}/${name}`;
  }
  for (const [key, inner] of Object.entries(node)) {
    if (!["default", "example", "examples"].includes(key)) yield* undescribed(inner, `${place}/${key}`);
  }
}

describe("the schema of a program's file, for editors", () => {
  test("says of every field what it is", () => {
    expect(schema.$defs).toHaveProperty("RuleDefinition");
    expect([...undescribed(schema, "#")]).toEqual([]);
  });

  test("says of every effect what it does", () => {
    const effects = (definitionOf({ $ref: "Effect" }) as { oneOf: Schema[] }).oneOf;

    expect(effects.length).toBeGreaterThan(20);
    expect(effects.filter((effect) => definitionOf(effect)?.description === undefined)).toEqual([]);
  });

  test("is named by every example program, and fits each", () => {
    // Formats are the service's to check; editors differ in which they know.
    const fits = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    const folder = new URL("../../examples/programs/", import.meta.url);
    const files = readdirSync(folder);

    expect(files).toContain("retail-gbp.yaml");
    for (const file of files) {
      const text = readFileSync(new URL(file, folder), "utf8");
      const [, path = ""] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
      expect(new URL(path, folder).pathname, file).toBe(new URL("../../openapi/program.schema.json", import.meta.url).pathname);
      fits(parse(text));
      expect(fits.errors, file).toBe(null);
    }
    expect(fits({ ...parse(readFileSync(new URL("retail-gbp.yaml", folder), "utf8")), teirs: [] })).toBe(false);
  });
});
