import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { errorReference } from "../error-reference.ts";
import { CliError } from "../exit.ts";
import { printLine } from "../output.ts";

const ROOT = new URL("../../../", import.meta.url);
const EVENTS = "openapi/events/";

export function addOpenapi(loyalty: Command): void {
  loyalty
    .command("openapi")
    .description(
      "write openapi/openapi.json, openapi/program.schema.json, openapi/events and docs/errors.md from the code that they describe",
    )
    .option("--check", "write nothing; fail when a file is not what would be written", false)
    .action(openapi);
}

async function openapi({ check }: { check: boolean }): Promise<void> {
  // Only this command builds the whole service; the others start at once.
  const [{ generateOpenApi }, { programJsonSchema }, { eventJsonSchemas }] = await Promise.all([
    import("../../describe-api.ts"),
    import("../../programs/json-schema.ts"),
    import("../../events/json-schemas.ts"),
  ]);
  const events = eventJsonSchemas().map(([name, schema]): [string, string] => [`${EVENTS}${name}`, pretty(schema)]);
  const files: [name: string, text: string][] = [
    ["openapi/openapi.json", pretty(await generateOpenApi())],
    ["openapi/program.schema.json", pretty(programJsonSchema())],
    ["docs/errors.md", errorReference()],
    ...events,
  ];
  const stale = (await readdir(new URL(EVENTS, ROOT)))
    .map((name) => `${EVENTS}${name}`)
    .filter((path) => !files.some(([name]) => name === path));
  if (!check) for (const path of stale.splice(0)) await rm(fileURLToPath(new URL(path, ROOT)));
  for (const [name, text] of files) {
    const path = fileURLToPath(new URL(name, ROOT));
    if (!check) await writeFile(path, text);
    else if ((await read(path)) !== text) stale.push(name);
  }
  if (stale.length > 0) throw new CliError(`stale: ${stale.join(", ")}; run \`npm run openapi\``);
  await printLine(`${check ? "up to date" : "wrote"}: ${files.map(([name]) => name).join(", ")}`);
}

const pretty = (content: object): string => `${JSON.stringify(content, null, 2)}\n`;

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // never written: stale
    throw error;
  }
}
