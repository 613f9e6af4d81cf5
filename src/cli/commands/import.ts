import type { Command } from "commander";
import { z } from "zod";
import { callApi, Refusal } from "../api.ts";
import { type Connection, readConnection } from "../connection.ts";
import { EXIT } from "../exit.ts";
import type { LineAnswer } from "../import/answer.ts";
import { isRejected } from "../import/answer.ts";
import { ErrorsFile } from "../import/errors-file.ts";
import { openImportFile } from "../import/import-file.ts";
import { showProgress } from "../import/progress.ts";
import { runImport } from "../import/run-import.ts";
import { summaryAsJson, summaryLines } from "../import/summary.ts";
import { note, printLine } from "../output.ts";

type Options = { program?: string; json: boolean; errors?: string };

/** How many rejected lines are shown; `--errors` has them all. */
const SHOWN_FAILURES = 5;

const Currency = z.object({ definition: z.object({ currency: z.string() }) });

export function addImport(loyalty: Command): void {
  loyalty
    .command("import")
    .description("send members, orders, returns and opening balances, one JSON object a line; what was done before is a replay")
    .argument("<file>", "NDJSON, packed with gzip or not")
    .option("--program <id>", "the program, with the root key")
    .option("--json", "print the summary as JSON, amounts in minor units", false)
    .option("--errors <file>", "write rejected lines there, each with its problem")
    .action(importFile);
}

async function importFile(name: string, { program, json, errors: errorsName }: Options): Promise<void> {
  const connection = readConnection(program);
  const file = openImportFile(name);
  const errors = errorsName === undefined ? undefined : await ErrorsFile.open(errorsName);
  const startedAt = performance.now();
  const failures: string[] = [];
  const onAnswer = (answer: LineAnswer) => {
    if (isRejected(answer) && failures.length < SHOWN_FAILURES) failures.push(`line ${answer.line}: ${answer.code}: ${answer.detail}`);
  };
  const summary = await runImport(connection, file, { progress: showProgress(file.size), errors, onAnswer });
  await errors?.close();
  const seconds = (performance.now() - startedAt) / 1000;

  for (const failure of failures) note(failure);
  if (summary.failed > failures.length) note(`… and ${summary.failed - failures.length} more rejected lines`);
  if (json) await printLine(JSON.stringify(summaryAsJson(summary, seconds), null, 2));
  else for (const line of summaryLines(summary, seconds, await currencyOf(connection))) await printLine(line);
  if (summary.failed > 0) process.exitCode = EXIT.refused;
}

/** Undefined when the key may not read the program. */
async function currencyOf(connection: Connection): Promise<string | undefined> {
  try {
    return (await callApi(connection, { method: "GET", path: "/v1/program" }, Currency)).definition.currency;
  } catch (error) {
    if (error instanceof Refusal && error.problem.code === "scope_missing") return undefined;
    throw error;
  }
}
