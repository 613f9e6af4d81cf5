import { type Command, Option } from "commander";
import { z } from "zod";
import { csvRow } from "../../core/csv.ts";
import { callApi } from "../api.ts";
import { type Connection, readConnection } from "../connection.ts";
import { printLine } from "../output.ts";
import { pages } from "../pages.ts";

const WALLET_COLUMNS = ["available", "pending", "held", "debt", "accruedTotal", "redeemedTotal"] as const;

const Wallet = z.object({
  available: z.int(),
  pending: z.int(),
  held: z.int(),
  debt: z.int(),
  accruedTotal: z.int(),
  redeemedTotal: z.int(),
});
// Whatever else the service says of a member goes through to NDJSON as it is.
const Member = z.looseObject({ id: z.string(), status: z.string(), tier: z.string(), wallets: z.record(z.string(), Wallet) });
const MemberPage = z.object({ data: z.array(Member), nextCursor: z.string().nullable() });
const Program = z.object({ definition: z.looseObject({ wallets: z.array(z.object({ id: z.string() })).min(1) }) });

export function addExport(loyalty: Command): void {
  loyalty
    .command("export")
    .description("write what the service holds to standard output")
    .command("members")
    .description("every member with tier and wallets")
    .addOption(new Option("--format <format>", "csv for spreadsheets, ndjson for all fields").choices(["csv", "ndjson"]).default("csv"))
    .option("--program <id>", "the program, with the root key")
    .action(exportMembers);
}

async function exportMembers({ format, program }: { format: "csv" | "ndjson"; program?: string }): Promise<void> {
  const connection = readConnection(program);
  const wallets = format === "csv" ? await walletIds(connection) : [];
  if (format === "csv") await printLine(csvRow(csvHeader(wallets)));
  for await (const { data } of pages(connection, "/v1/members", MemberPage)) {
    for (const member of data) await printLine(format === "csv" ? csvRow(csvCells(member, wallets)) : JSON.stringify(member));
  }
}

async function walletIds(connection: Connection): Promise<string[]> {
  const { definition } = await callApi(connection, { method: "GET", path: "/v1/program" }, Program);
  return definition.wallets.map(({ id }) => id);
}

/** The first wallet's columns have plain names; those of the others begin with the wallet's id. */
function csvHeader(wallets: readonly string[]): string[] {
  return [
    "member",
    "status",
    "tier",
    ...wallets.flatMap((id, index) => WALLET_COLUMNS.map((column) => (index === 0 ? column : `${id}.${column}`))),
  ];
}

function csvCells({ id, status, tier, wallets }: z.infer<typeof Member>, ids: readonly string[]): (string | number)[] {
  return [id, status, tier, ...ids.flatMap((wallet) => WALLET_COLUMNS.map((column) => wallets[wallet]?.[column] ?? 0))];
}
