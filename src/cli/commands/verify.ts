import type { Command } from "commander";
import type pg from "pg";
import { singleConnection } from "../../db/single-connection.ts";
import type { Difference, Verification } from "../../verify/difference.ts";
import { VerificationSchema } from "../../verify/schemas.ts";
import { type VerifyOptions, verifyProgram } from "../../verify/verify-program.ts";
import { callApi } from "../api.ts";
import { readChainHeadFile } from "../chain-head.ts";
import { readConnection } from "../connection.ts";
import { databaseError } from "../database.ts";
import { CliError, EXIT, usageError } from "../exit.ts";
import { formatCount } from "../minor-units.ts";
import { printLine } from "../output.ts";

type Options = { program?: string; database?: string; chain: boolean; head?: string; json: boolean };
type Chain = VerifyOptions["chain"];
type Verified = Verification & { program: string; differences: Difference[] };

/** How many differences a report lists. All are counted. */
const LISTED = 100;

export function addVerify(loyalty: Command): void {
  loyalty
    .command("verify")
    .description("recompute every balance, lot, order and tier window from the rows that prove them, and print what differs")
    .option("--program <id>", "the program, with the root key or a database")
    .option("--database <url>", "ask this database itself; without --program all its programs")
    .option("--chain", "compute the hash chain over the entries too", false)
    .option("--head <file>", 'a head of the chain that "loyalty chain head" printed: is it still part of it?')
    .option("--json", "print the report as JSON", false)
    .action(verify);
}

async function verify({ program: named, database, chain: isAsked, head: file, json }: Options): Promise<void> {
  const head = file === undefined ? undefined : await readChainHeadFile(file);
  const program = named ?? head?.program;
  const chain = isAsked || head !== undefined ? { head } : undefined;
  const reports = database === undefined ? [await verifyOverHttp(program, chain)] : await verifyDatabase(database, program, chain);
  if (head !== undefined && reports.some((report) => report.program !== head.program))
    throw usageError(`${file} is the head of the program ${head.program}`);
  if (json) await printLine(JSON.stringify(reports.length === 1 ? reports[0] : reports, null, 2));
  else for (const report of reports) await printReport(report);
  if (reports.some(({ differenceCount }) => differenceCount > 0)) process.exitCode = EXIT.refused;
}

async function verifyOverHttp(program: string | undefined, chain: Chain): Promise<Verified> {
  const query = { chain: String(chain !== undefined), head: chain?.head && `${chain.head.block}:${chain.head.hash}` };
  return callApi(readConnection(program), { method: "GET", path: "/v1/verification", query }, VerificationSchema);
}

async function verifyDatabase(url: string, program: string | undefined, chain: Chain): Promise<Verified[]> {
  if (!["postgres:", "postgresql:"].includes(URL.parse(url)?.protocol ?? ""))
    throw usageError("--database takes a URL that starts with postgres://");
  const client = singleConnection({ connectionString: url, application_name: "loyalty-verify", connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ program_id: number; id: string; version: number | null }>(
      "select program_id, id, version from loyalty_list_programs(now()) where $1::text is null or id = $1",
      [program ?? null],
    );
    if (program !== undefined && rows.length === 0) throw new CliError(`the database has no program ${program}`);
    const reports: Verified[] = [];
    for (const { program_id, id, version } of rows) if (version !== null) reports.push(await verifyOne(client, program_id, id, chain));
    return reports;
  } catch (error) {
    throw databaseError(error);
  } finally {
    await client.end();
  }
}

async function verifyOne(client: pg.Client, programId: number, program: string, chain: Chain): Promise<Verified> {
  const differences: Difference[] = [];
  const report = await verifyProgram(client, programId, {
    chain,
    onDifference: (difference) => {
      if (differences.length < LISTED) differences.push(difference);
    },
  });
  return { program, ...report, differences };
}

async function printReport({
  program,
  members,
  entries,
  lots,
  orders,
  events,
  chain,
  milliseconds,
  differences,
  differenceCount,
}: Verified): Promise<void> {
  const counts = Object.entries({ members, entries, lots, orders, events })
    .map(([what, count]) => `${formatCount(count)} ${what}`)
    .join(", ");
  await printLine(`${program}: ${counts} verified in ${(milliseconds / 1000).toFixed(1)} s`);
  if (chain !== undefined) {
    const [blocks, sealed, unsealed] = [chain.blocks, chain.entries, chain.unsealed].map(formatCount);
    await printLine(`  chain: ${blocks} blocks over ${sealed} entries; ${unsealed} entries are not sealed yet`);
  }
  for (const { check, member, wallet, subject, expected, actual } of differences) {
    const where = [member && `member ${member}`, wallet && `wallet ${wallet}`, subject].filter(Boolean).join(", ");
    await printLine(`  ${check}: ${where}: expected ${expected}, found ${actual}`);
  }
  if (differenceCount > differences.length) await printLine(`  … and ${formatCount(differenceCount - differences.length)} more`);
  await printLine(differenceCount === 0 ? "no difference" : `${formatCount(differenceCount)} differences`);
}
