import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { compareWith } from "./against.ts";
import type { Case } from "./cases/case.ts";
import { CASES } from "./cases/index.ts";
import { HERE } from "./child-process.ts";
import type { Measured } from "./measure/rounds.ts";
import { describe } from "./report/describe.ts";
import { toEntries } from "./report/json.ts";
import { alignedTable, contenderCells, outcomeCells } from "./report/table.ts";
import { writeReport } from "./report/write-report.ts";
import { type Exactness, runCases } from "./run-cases.ts";
import { type Stack, startStack } from "./stack.ts";
import { shareOption, wholeOption } from "./whole-option.ts";

/**
 * What the engine does beside the limit of the same machine, in turns, in one run over one durable Postgres. Linux only: the CPU of each
 * process is what /proc says.
 *   npm run bench -- [--cases a,b] [--large] [--against REVISION] [--rounds 3] [--seconds 5] [--members 100000] [--noise-max 0.3]
 *                    [--dir FOLDER] [--out FOLDER]
 * `--large` adds what takes long: ten minutes of full load, and a million members beside ten thousand, with 20 GB of tables and up to 24 GB of log. `--against` measures this checkout
 * beside another revision instead, and ends with 1 where a case has become slower by more than a tenth. The report goes to docs/ after
 * a whole run only; of a part, of fewer rounds or of more noise only to where --out says. Ends with 1 where a request failed, a case
 * could not be measured or a ledger has a difference.
 */
const QUIET = 0.3;
const ROUNDS = 3;
const { values: options } = parseArgs({
  options: {
    cases: { type: "string" },
    large: { type: "boolean", default: false },
    against: { type: "string" },
    rounds: { type: "string", default: String(ROUNDS) },
    seconds: { type: "string", default: "5" },
    members: { type: "string", default: "100000" },
    "noise-max": { type: "string", default: String(QUIET) },
    dir: { type: "string", default: tmpdir() },
    out: { type: "string" },
  },
});
const named = options.cases?.split(",");
const members = wholeOption("--members", options.members, 1_000);
const rounds = wholeOption("--rounds", options.rounds);
const noiseMax = shareOption("--noise-max", options["noise-max"]);

function chosenCases(): readonly Case[] {
  const unknown = named?.filter((id) => !CASES.some((own) => own.id === id)) ?? [];
  if (unknown.length > 0) {
    console.error(`--cases: there is no ${unknown.join(", ")}; there are ${CASES.map(({ id }) => id).join(", ")}`);
    process.exit(2);
  }
  return CASES.filter(({ id, isLarge = false }) => named?.includes(id) ?? (options.large || !isLarge));
}

async function benchCases(stack: Stack, cases: readonly Case[]): Promise<void> {
  const { done, exactness, broken } = await runCases(stack, cases, members);
  const description = await describe(stack, members);
  console.log(`\n${description.machine}\n${description.limits}\n${description.commit}; ${description.options}\n`);
  for (const { title, measured } of done) console.log(`${title}\n${alignedTable(contenderCells(measured))}\n`);
  console.log(`${alignedTable(outcomeCells(done.flatMap(({ outcomes }) => outcomes)))}\n`);
  for (const { case: id, beside, why } of done.flatMap(({ leftOut }) => leftOut)) console.log(`${id}: "${beside}" is left out: ${why}`);
  tellExactness(exactness);
  tellFailures(done);
  for (const { id, error } of broken) console.error(`${id} could not be measured:`, error);
  if (broken.length > 0) process.exitCode = 1;

  const isWhole = broken.length === 0 && named === undefined && rounds >= ROUNDS && noiseMax <= QUIET && members >= 100_000;
  const folder = options.out ?? (isWhole ? join(HERE, "docs") : undefined);
  if (folder === undefined) console.log("no report is written of a part of the benchmark: give --out a folder for one");
  else {
    await writeReport(folder, { description, entries: toEntries(done), done, exactness });
    console.log(`the report is in ${folder}`);
  }
}

async function benchAgainst(stack: Stack, revision: string): Promise<void> {
  const { compared, exactness } = await compareWith(stack, revision, { members, cases: named });
  const { machine, commit, options: how } = await describe(stack, members);
  console.log(`\n${machine}\n${commit} against ${revision}; ${how}\n`);
  for (const { id, measured } of compared) console.log(`${id}\n${alignedTable(contenderCells(measured))}\n`);
  console.log(`${alignedTable(outcomeCells(compared.map(({ outcome }) => outcome)))}\n`);
  tellExactness(exactness);
  tellFailures(compared);
  const slower = compared
    .filter(({ outcome }) => !outcome.isMet)
    .map(({ id, outcome: { noisyRounds } }) => (noisyRounds === 0 ? id : `${id} (${noisyRounds} rounds were noisy to the end)`));
  console.log(slower.length === 0 ? "no case is slower by more than a tenth" : `slower by more than a tenth: ${slower.join(", ")}`);
  if (slower.length > 0) process.exitCode = 1;
}

function tellExactness(exactness: readonly Exactness[]): void {
  for (const { after, output } of exactness) console.log(`the ledger after ${after}: ${output}`);
  if (exactness.some(({ isExact }) => !isExact)) process.exitCode = 1;
}

function tellFailures(all: readonly { measured: Measured }[]): void {
  const windows = all.flatMap(({ measured }) => measured.rounds.flatMap((round) => round.windows));
  const failed = windows.reduce((sum, window) => sum + window.failed, 0);
  if (failed === 0) return;
  console.log(`${failed} requests failed, the first with ${windows.find(({ firstFailure }) => firstFailure !== undefined)?.firstFailure}`);
  process.exitCode = 1;
}

const chosen = options.against === undefined ? chosenCases() : [];
const stack = await startStack({ dir: options.dir, rounds, seconds: wholeOption("--seconds", options.seconds), noiseMax });
try {
  if (options.against === undefined) await benchCases(stack, chosen);
  else await benchAgainst(stack, options.against);
} finally {
  await stack.closings.close();
}
