import type { Command } from "commander";
import { PublishedProgram } from "../../programs/schemas.ts";
import { callApi, Refusal } from "../api.ts";
import { type Connection, readConnection } from "../connection.ts";
import { CliError } from "../exit.ts";
import { printLine } from "../output.ts";
import { describeFileProblem, type ProgramFile, readProgramFile } from "../program-file.ts";

export function addApply(loyalty: Command): void {
  loyalty
    .command("apply")
    .description("show what a program's file would change, and publish it as the next version")
    .argument("<file>", "the program as YAML or JSON; its `id` names the program, which is created when there is none")
    .option("--dry-run", "only show what would change", false)
    .action(apply);
}

async function apply(name: string, { dryRun }: { dryRun: boolean }): Promise<void> {
  const file = readProgramFile(name);
  const connection = readConnection(file.id);
  const planned = await put(connection, file, { dryRun: "true" });
  if (planned.changes.length === 0) {
    await printLine(`${file.id}: nothing changes, version ${planned.version} is in force`);
    return;
  }
  await printLine(planned.version === 0 ? `${file.id} is new:` : `${file.id}, version ${planned.version} would change:`);
  for (const change of planned.changes) await printLine(`  ${change}`);
  if (dryRun) {
    await printLine("nothing was applied (--dry-run)");
    return;
  }
  // Refused when somebody else has published in between: what was shown would not be what is replaced.
  const applied = await put(connection, file, {}, planned.version === 0 ? {} : { "if-match": `"${planned.version}"` });
  await printLine(`applied: version ${applied.version} of ${applied.program} is in force`);
}

async function put(connection: Connection, file: ProgramFile, query: Record<string, string>, headers: Record<string, string> = {}) {
  try {
    return await callApi(connection, { method: "PUT", path: "/v1/program", query, headers, body: file.definition }, PublishedProgram);
  } catch (error) {
    if (error instanceof Refusal) throw new CliError(describeFileProblem(file, error.problem), error.exitCode, error);
    throw error;
  }
}
