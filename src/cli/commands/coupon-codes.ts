import { type Command, InvalidArgumentError, Option } from "commander";
import { CouponBatchPage } from "../../coupon-batches/schemas.ts";
import { readConnection } from "../connection.ts";
import { describeBatch, findBatch, makeBatch, type Terms, waitUntilWritten } from "../coupon-codes/batch.ts";
import { exportCodes } from "../coupon-codes/export-codes.ts";
import { type CodesFormat, formatOf, importCodes } from "../coupon-codes/import-codes.ts";
import { printLine } from "../output.ts";
import { pages } from "../pages.ts";

type OfProgram = { program?: string };
type AskedTerms = Omit<Terms, "coupon"> & { coupon?: string };

export function addCouponCodes(loyalty: Command): void {
  const couponCodes = loyalty
    .command("coupon-codes")
    .description("batches of codes that are not bound to a member: generated, or a shop's own")
    .addHelpText("after", EXAMPLES);
  withTerms(
    couponCodes.command("generate").description("make a batch of codes and wait until all are there; sent again it goes on waiting"),
  )
    .argument("<batch>", "your id of the batch")
    .requiredOption("--coupon <id>", "what an order gets for a code: a coupon of the program")
    .requiredOption("--codes <number>", "how many, a million at most", toWhole)
    .option("--prefix <text>", "what each code begins with")
    .option("--no-wait", "do not wait: a job of the service writes the rest")
    .action(generate);
  withTerms(couponCodes.command("import").description("add a file of your own codes to a batch; a file that was sent before adds nothing"))
    .argument("<batch>", "your id of the batch")
    .argument("<file>", "a code a line, as CSV or NDJSON, packed with gzip or not")
    .option("--coupon <id>", "makes the batch where there is none: what an order gets for a code")
    .addOption(new Option("--format <format>", "what the file is; by its name when absent").choices(["csv", "ndjson"]))
    .option("--errors <file>", "write refused lines there, each with its reason")
    .action(importFile);
  couponCodes
    .command("export")
    .description("write all codes of a batch as CSV, with what is used and left of each")
    .argument("<batch>", "your id of the batch")
    .option("--out <file>", "into this file, which is there when it is whole; to standard output when absent")
    .option(...OF_PROGRAM)
    .action(async (batch: string, { program, out }: OfProgram & { out?: string }) => exportCodes(readConnection(program), batch, out));
  couponCodes
    .command("show")
    .description("how many codes a batch has, and how often they can still be used")
    .argument("<batch>", "your id of the batch")
    .option(...OF_PROGRAM)
    .action(show);
  couponCodes
    .command("list")
    .description("all batches: id, status, how many codes are there, and their coupon")
    .option(...OF_PROGRAM)
    .action(list);
}

const OF_PROGRAM = ["--program <id>", "the program, with the root key"] as const;

const EXAMPLES = `
Examples:
  loyalty coupon-codes generate spring-letter --coupon spring --codes 100000 --prefix SPRING
  loyalty coupon-codes export spring-letter --out spring-letter.csv
  loyalty coupon-codes import summer codes.csv.gz --coupon summer --errors refused.ndjson`;

function withTerms(command: Command): Command {
  return command
    .option("--max-uses <number>", "orders that may use each code; 1 when absent", toWhole)
    .option("--max-uses-per-member <number>", "orders of one member that may use each code", toWhole)
    .option("--valid-from <time>", "when they become valid, such as 2026-06-01T00:00:00+02:00; at once when absent")
    .option("--valid-until <time>", "when they are no longer valid; as the coupon says when absent")
    .option(...OF_PROGRAM);
}

function toWhole(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError("It is a whole number.");
  return Number(text);
}

const termsOf = ({ maxUses, maxUsesPerMember, validFrom, validUntil }: Omit<Terms, "coupon">): Omit<Terms, "coupon"> => ({
  maxUses,
  maxUsesPerMember,
  validFrom,
  validUntil,
});

type Generate = OfProgram & Terms & { codes: number; prefix?: string; wait: boolean };

async function generate(id: string, { program, coupon, codes, prefix, wait, ...terms }: Generate): Promise<void> {
  const connection = readConnection(program);
  const made = await makeBatch(connection, { id, coupon, codes, prefix, ...termsOf(terms) });
  for (const line of describeBatch(wait ? await waitUntilWritten(connection, made) : made)) await printLine(line);
}

type Import = OfProgram & AskedTerms & { format?: CodesFormat; errors?: string };

async function importFile(id: string, file: string, { program, coupon, format, errors, ...terms }: Import): Promise<void> {
  const connection = readConnection(program);
  if (coupon !== undefined) await makeBatch(connection, { id, coupon, ...termsOf(terms) });
  for (const line of await importCodes(connection, id, { file, format: format ?? formatOf(file), errors })) await printLine(line);
}

async function show(id: string, { program }: OfProgram): Promise<void> {
  for (const line of describeBatch(await findBatch(readConnection(program), id))) await printLine(line);
}

async function list({ program }: OfProgram): Promise<void> {
  for await (const { data } of pages(readConnection(program), "/v1/coupon-batches", CouponBatchPage)) {
    for (const { id, status, written, coupon } of data) await printLine([id, status, written, coupon].join("\t"));
  }
}
