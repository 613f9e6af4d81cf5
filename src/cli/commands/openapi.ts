import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { CliError } from "../exit.ts";
import { printLine } from "../output.ts";

const FOLDER = new URL("../../../openapi/", import.meta.url);

export function addOpenapi(loyalty: Command): void {
  loyalty
    .command("openapi")
    .description("write openapi/openapi.json and openapi/program.schema.json from the schemas that validate")
    .option("--check", "write nothing; fail when a file is not what would be written", false)
    .action(openapi);
}

async function openapi({ check }: { check: boolean }): Promise<void> {
  // Only this command builds the whole service; the others start at once.
  const [{ generateOpenApi }, { programJsonSchema }] = await Promise.all([import("../../app.ts"), import("../../programs/json-schema.ts")]);
  const files = [
    ["openapi.json", await generateOpenApi()],
    ["program.schema.json", programJsonSchema()],
  ] as const;
  const stale: string[] = [];
  for (const [name, content] of files) {
    const path = fileURLToPath(new URL(name, FOLDER));
    const text = `${JSON.stringify(content, null, 2)}\n`;
    if (!check) await writeFile(path, text);
    else if ((await read(path)) !== text) stale.push(`openapi/${name}`);
  }
  if (stale.length > 0) throw new CliError(`${stale.join(" and ")} ${stale.length > 1 ? "are" : "is"} stale: run \`npm run openapi\``);
  await printLine(check ? "openapi/ is up to date" : `wrote ${files.map(([name]) => `openapi/${name}`).join(" and ")}`);
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined; // never written: stale
    throw error;
  }
}
