import { type Command, Option } from "commander";
import { AuditPageSchema } from "../../audit/schemas.ts";
import { csvRow } from "../../core/csv.ts";
import { readConnection } from "../connection.ts";
import { printLine } from "../output.ts";
import { pages } from "../pages.ts";

const COLUMNS = ["id", "recordedAt", "actor", "requestId", "action", "targetKind", "target"] as const;

type Filters = { actor?: string; action?: string; target?: string; from?: string; until?: string };
type Options = Filters & { program?: string; format: "csv" | "ndjson" };

export function addAudit(loyalty: Command): void {
  loyalty
    .command("audit")
    .description("write who changed what by hand to standard output, newest first")
    .option("--actor <id>", "only of this API key, or root")
    .option("--action <operation>", "only this operation, such as adjustPoints")
    .option("--target <id>", "only changes of what has this id")
    .option("--from <time>", "recorded at this time or later, such as 2026-06-01T00:00:00+02:00")
    .option("--until <time>", "recorded before this time")
    .addOption(new Option("--format <format>", "csv for spreadsheets, ndjson for programs").choices(["csv", "ndjson"]).default("csv"))
    .option("--program <id>", "the program, with the root key")
    .action(exportAudit);
}

async function exportAudit({ program, format, ...filters }: Options): Promise<void> {
  if (format === "csv") await printLine(csvRow([...COLUMNS, "before", "after"]));
  for await (const { data } of pages(readConnection(program), "/v1/audit", AuditPageSchema, filters)) {
    for (const entry of data) {
      const facts = [entry.before, entry.after].map((said) => (said === null ? "" : JSON.stringify(said)));
      await printLine(format === "csv" ? csvRow([...COLUMNS.map((column) => entry[column]), ...facts]) : JSON.stringify(entry));
    }
  }
}
