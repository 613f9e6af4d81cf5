import type { Command } from "commander";
import { PublishedProgram, RuleSetDiff, RuleSetHead, RuleSetPage } from "../../programs/schemas.ts";
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
    .description("all versions, newest first: number, state, when it comes or came into force, who published it")
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
    .option("--at <time>", "when it comes into force, such as 2026-06-01T00:00:00+08:00; at once without it")
    .option("--dry-run", "only show what would change", false)
    .action(publish);
  ruleSets
    .command("cancel")
    .description("take a version back that is still to come")
    .argument("<version>", "number of a scheduled version")
    .option("--program <id>", "the program, with the root key")
    .action(cancel);
}

const pathOf = (version: string, rest: string): string => `/v1/rule-sets/${encodeURIComponent(version)}/${rest}`;

async function list({ program }: OfProgram): Promise<void> {
  for await (const { data } of pages(readConnection(program), "/v1/rule-sets", RuleSetPage)) {
    for (const { version, state, effectiveAt, publishedBy } of data) {
      await printLine([version, state, effectiveAt, publishedBy].join("\t"));
    }
  }
}

async function diff(from: string, to: string, { program }: OfProgram): Promise<void> {
  const request: ApiRequest = { method: "GET", path: pathOf(from, "diff"), query: { to } };
  const { changes } = await callApi(readConnection(program), request, RuleSetDiff);
  if (changes.length === 0) await printLine(`nothing is different between versions ${from} and ${to}`);
  for (const change of changes) await printLine(change);
}

async function publish(version: string, { program, at, dryRun }: OfProgram & { at?: string; dryRun: boolean }): Promise<void> {
  const connection = readConnection(program);
  const request: ApiRequest = { method: "POST", path: pathOf(version, "publish") };
  const planned = await callApi(connection, { ...request, query: { at, dryRun: "true" } }, PublishedProgram);
  if (!(await printPlan(planned, at))) return;
  if (dryRun) return printNotApplied();
  await printApplied(await callApi(connection, { ...request, query: { at }, headers: ifStill(planned) }, PublishedProgram));
}

async function cancel(version: string, { program }: OfProgram): Promise<void> {
  const request: ApiRequest = { method: "DELETE", path: `/v1/rule-sets/${encodeURIComponent(version)}` };
  await callApi(readConnection(program), request, RuleSetHead);
  await printLine(`cancelled: version ${version} does not come into force`);
}
