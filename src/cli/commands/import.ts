import type { Command } from "commander";
import { z } from "zod";
import { callApi, Refusal } from "../api.ts";
import { type Connection, readConnection } from "../connection.ts";
import { LINES } from "../import/answer.ts";
import { importLines } from "../import/import-lines.ts";
import { ImportSummary, summaryAsJson, summaryLines } from "../import/summary.ts";
import { printLine } from "../output.ts";

type Options = { program?: string; json: boolean; errors?: string };

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

async function importFile(name: string, { program, json, errors }: Options): Promise<void> {
  const connection = readConnection(program);
  const summary = new ImportSummary();
  const { seconds } = await importLines(connection, name, LINES, { errors, onAnswer: (answer) => summary.add(answer) });
  if (json) await printLine(JSON.stringify(summaryAsJson(summary, seconds), null, 2));
  else for (const line of summaryLines(summary, seconds, await currencyOf(connection))) await printLine(line);
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
