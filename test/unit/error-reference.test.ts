import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { errorReference } from "../../src/cli/error-reference.ts";
import { ERROR_CATALOGUE } from "../../src/core/errors.ts";

describe("docs/errors.md", () => {
  test("is what `npm run openapi` writes from the catalogue", async () => {
    const page = await readFile(new URL("../../docs/errors.md", import.meta.url), "utf8");

    expect(page).toBe(errorReference());
    for (const [code, { status, title }] of Object.entries(ERROR_CATALOGUE))
      expect(page).toContain(`| ${status} | \`${code}\` | ${title} |`);
  });
});
