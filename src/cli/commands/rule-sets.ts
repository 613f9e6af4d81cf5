import type { Command } from "commander";
import { PublishedProgram, RuleSetDiff, RuleSetPage } from "../../programs/schemas.ts";
import { type ApiRequest, callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { printLine } from "../output.ts";
import { pages } from "../pages.ts";
import { ifStill, printApplied, printNotApplied, printPlan } from "../published.ts";

type OfProgram = { program?: string };

export function addRuleSets(loyalty: Command): void {
  const ruleSets = loyalty.command("rule-sets").description("published versions of a program");
  ruleSets
    .command("list")
    .description("all versions, newest first: number, time, who published it")
    .option("--program <id>", "the program, with the root key")
    .action(list);
  ruleSets
    .command("diff")
    .description("what is different between two versions, in words")
    .argument("<from>", "number of a version")
    .argument("<to>", "number of the other version")
    .option("--program <id>", "the program, with the root key")
    .action(diff);
  ruleSets
    .command("publish")
    .description("show what a former version would change, and publish its definition as the next version")
    .argument("<version>", "number of the version to go back to")
    .option("--program <id>", "the program, with the root key")
    .option("--dry-run", "only show what would change", false)
    .action(publish);
}

const pathOf = (version: string, rest: string): string => `/v1/rule-sets/${encodeURIComponent(version)}/${rest}`;

async function list({ program }: OfProgram): Promise<void> {
  for await (const { data } of pages(readConnection(program), "/v1/rule-sets", RuleSetPage)) {
    for (const { version, publishedAt, publishedBy } of data) await printLine([version, publishedAt, publishedBy].join("\t"));
  }
}

async function diff(from: string, to: string, { program }: OfProgram): Promise<void> {
  const request: ApiRequest = { method: "GET", path: pathOf(from, "diff"), query: { to } };
  const { changes } = await callApi(readConnection(program), request, RuleSetDiff);
  if (changes.length === 0) await printLine(`nothing is different between versions ${from} and ${to}`);
  for (const change of changes) await printLine(change);
}

async function publish(version: string, { program, dryRun }: OfProgram & { dryRun: boolean }): Promise<void> {
  const connection = readConnection(program);
  const request: ApiRequest = { method: "POST", path: pathOf(version, "publish") };
  const planned = await callApi(connection, { ...request, query: { dryRun: "true" } }, PublishedProgram);
  if (!(await printPlan(planned))) return;
  if (dryRun) return printNotApplied();
  await printApplied(await callApi(connection, { ...request, headers: ifStill(planned) }, PublishedProgram));
}
