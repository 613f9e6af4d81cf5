import { type Command, Option } from "commander";
import { PublishedProgram } from "../../programs/schemas.ts";
import { type ApiRequest, callApi, Refusal } from "../api.ts";
import { type Connection, readConnection } from "../connection.ts";
import { CliError } from "../exit.ts";
import { describeFileProblem, type ProgramFile, readProgramFile } from "../program-file.ts";
import { ifStill, printApplied, printNotApplied, printPlan } from "../published.ts";

export function addApply(loyalty: Command): void {
  loyalty
    .command("apply")
    .description("run the test cases of a program's file, show what it would change, and publish it as the next version")
    .argument("<file>", "the program as YAML or JSON; its `id` names the program, which is created when there is none")
    .option("--at <time>", "when it comes into force, such as 2026-06-01T00:00:00+08:00; at once without it")
    .addOption(
      new Option("--members <when>", "when members move whose tier is dropped, or reached or kept in another way")
        .choices(["next_review", "at_once"])
        .default("next_review"),
    )
    .option("--dry-run", "only show what would change", false)
    .action(apply);
}

async function apply(name: string, { at, members, dryRun }: { at?: string; members: string; dryRun: boolean }): Promise<void> {
  const file = readProgramFile(name);
  const connection = readConnection(file.id);
  const planned = await put(connection, file, { at, members, dryRun: "true" });
  if (!(await printPlan(planned, at))) return;
  if (dryRun) return printNotApplied();
  await printApplied(await put(connection, file, { at, members }, ifStill(planned)));
}

async function put(connection: Connection, file: ProgramFile, query: ApiRequest["query"], headers: Record<string, string> = {}) {
  try {
    return await callApi(
      connection,
      { method: "PUT", path: "/v1/program", query: query ?? {}, headers, body: file.definition },
      PublishedProgram,
    );
  } catch (error) {
    if (error instanceof Refusal) throw new CliError(describeFileProblem(file, error.problem), error.exitCode, error);
    throw error;
  }
}
