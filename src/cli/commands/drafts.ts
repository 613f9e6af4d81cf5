import type { Command } from "commander";
import { z } from "zod";
import { DraftHead, DraftPage, DraftValidation } from "../../drafts/schemas.ts";
import { PublishedProgram } from "../../programs/schemas.ts";
import { callApi } from "../api.ts";
import { readConnection } from "../connection.ts";
import { CliError } from "../exit.ts";
import { printLine } from "../output.ts";
import { pages } from "../pages.ts";
import { readProgramFile } from "../program-file.ts";
import { printApplied, printNotApplied, printPlan } from "../published.ts";

type OfProgram = { program?: string };

export function addDrafts(loyalty: Command): void {
  const drafts = loyalty.command("drafts").description("definitions that are being worked on");
  const OF_PROGRAM = ["--program <id>", "the program, with the root key"] as const;
  drafts
    .command("list")
    .description("all drafts: id, when it was changed, by whom, and whether it was valid")
    .option(...OF_PROGRAM)
    .action(list);
  drafts
    .command("put")
    .description("keep a program's file as a draft; it need not be valid")
    .argument("<draft>", "id of the draft")
    .argument("<file>", "the program as YAML or JSON; its `id` names the program")
    .action(put);
  drafts
    .command("validate")
    .description("check a draft, run its test cases and show what it would change")
    .argument("<draft>", "id of the draft")
    .option(...OF_PROGRAM)
    .action(validate);
  drafts
    .command("publish")
    .description("publish a draft as the next version")
    .argument("<draft>", "id of the draft")
    .option(...OF_PROGRAM)
    .option("--at <time>", "when it comes into force, such as 2026-06-01T00:00:00+08:00; at once without it")
    .option("--dry-run", "only show what would change", false)
    .action(publish);
  drafts
    .command("delete")
    .description("drop a draft; versions that were published from it stay")
    .argument("<draft>", "id of the draft")
    .option(...OF_PROGRAM)
    .action(remove);
}

const pathOf = (draft: string, rest = ""): string => `/v1/drafts/${encodeURIComponent(draft)}${rest}`;

async function list({ program }: OfProgram): Promise<void> {
  for await (const { data } of pages(readConnection(program), "/v1/drafts", DraftPage)) {
    for (const { id, changedAt, changedBy, validated } of data) {
      const state = validated === null ? "not validated" : validated.valid ? "valid" : "not valid";
      await printLine([id, changedAt, changedBy, state].join("\t"));
    }
  }
}

async function put(draft: string, name: string): Promise<void> {
  const file = readProgramFile(name);
  const kept = await callApi(readConnection(file.id), { method: "PUT", path: pathOf(draft), body: file.definition }, DraftHead);
  await printLine(`kept: draft ${kept.id} of ${file.id}, revision ${kept.revision}`);
}

async function validate(draft: string, { program }: OfProgram): Promise<void> {
  const said = await callApi(readConnection(program), { method: "POST", path: pathOf(draft, "/validate") }, DraftValidation);
  for (const change of said.changes) await printLine(`  ${change}`);
  if (said.testCases.run > 0) await printLine(`test cases: ${said.testCases.run} run, ${said.testCases.failed} failed`);
  if (!said.valid) {
    const errors = said.errors.map(({ pointer, detail }) => `\n  ${pointer || "the draft"}: ${detail}`);
    throw new CliError(`draft ${draft} could not be published${errors.join("")}`);
  }
  await printLine(`draft ${draft} is valid`);
}

async function publish(draft: string, { program, at, dryRun }: OfProgram & { at?: string; dryRun: boolean }): Promise<void> {
  const connection = readConnection(program);
  const { revision } = await callApi(connection, { method: "GET", path: pathOf(draft) }, z.object({ revision: z.int() }));
  // What was shown is what is published.
  const request = { method: "POST", path: pathOf(draft, "/publish"), headers: { "if-match": `"${revision}"` } } as const;
  const planned = await callApi(connection, { ...request, query: { at, dryRun: "true" } }, PublishedProgram);
  if (!(await printPlan(planned, at))) return;
  if (dryRun) return printNotApplied();
  await printApplied(await callApi(connection, { ...request, query: { at } }, PublishedProgram));
}

async function remove(draft: string, { program }: OfProgram): Promise<void> {
  await callApi(readConnection(program), { method: "DELETE", path: pathOf(draft) }, z.undefined());
  await printLine(`dropped: draft ${draft}`);
}
