import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { parseArgs } from "node:util";
import { Stryker } from "@stryker-mutator/core";
import { isPure, ROOT, sourceFiles } from "../test/architecture/source-files.ts";
import { wholeOption } from "./arguments.ts";
import { scoreOf, survivors } from "./mutants/score.ts";

/**
 * Changes the pure files of a part of the sources in small ways, one at a time, and looks whether a test fails.
 *   npm run verify:mutants -- --part core [--files period] [--direct] [--concurrency 2] [--anew]
 * `--part` is a folder of src, such as ledger or rules/effects; `--files` only those whose path holds this, `--direct` only those that lie
 * in the folder itself. What documents a schema is not changed. Mutants whose file and tests have not changed keep the result of the run before, unless `--anew`. The tests are those of test/unit and test/property that import
 * from the folder of src, or what test/support has by its name. Files that touch the database or HTTP are left to the tests on a real Postgres.
 * Passes when at least 85 in 100 mutants are found.
 */
const { values } = parseArgs({
  options: {
    part: { type: "string", default: "core" },
    files: { type: "string", default: "" },
    direct: { type: "boolean", default: false },
    concurrency: { type: "string", default: "2" },
    anew: { type: "boolean", default: false },
  },
});
const FOUND_MIN = 85;
const SCRATCH = ".stryker";
const { part } = values;

if (!existsSync(`${ROOT}src/${part}`)) {
  console.error(`--part takes a folder of src, such as core, not "${part}"`);
  process.exit(2);
}
const sources = (await sourceFiles(`src/${part}`, ".ts")).map(({ path }) => path);
const isAsked = (path: string) => path.includes(values.files) && (!values.direct || dirname(path) === `src/${part}`);
const mutated = sources.filter((path) => isPure(path) && isAsked(path));
const tests = (await Promise.all(["test/unit", "test/property"].map((folder) => sourceFiles(folder, ".test.ts")))).flat();
const [top] = part.split("/");
const testFiles = tests
  .filter(({ text }) => [`/src/${top}/`, `/support/${top}.ts`].some((from) => text.includes(from)))
  .map(({ path }) => path);
if (mutated.length === 0 || testFiles.length === 0) {
  console.error(
    `--part ${part} --files "${values.files}": ${mutated.length} pure files, ${testFiles.length} test files that import from it`,
  );
  process.exit(2);
}

const mutants = await new Stryker({
  mutate: mutated,
  testFiles,
  plugins: ["@stryker-mutator/vitest-runner", "./hunts/mutants/documentation.ts"],
  ignorers: ["documentation"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutation.config.ts", related: false },
  coverageAnalysis: "perTest",
  concurrency: wholeOption(values, "concurrency"),
  incremental: true,
  incrementalFile: `${SCRATCH}/${part.replaceAll("/", "-")}.json`,
  force: values.anew,
  tempDirName: `${SCRATCH}/sandbox-${part.replaceAll("/", "-")}`,
  ignorePatterns: [SCRATCH, ".data"],
  // A busy machine must not look like a loop without an end: such a mutant counts as found.
  timeoutMS: 30_000,
  timeoutFactor: 4,
  dryRunTimeoutMinutes: 30,
  reporters: ["progress-append-only"],
  allowConsoleColors: false,
}).runMutationTest();

for (const survivor of survivors(mutants, ROOT)) console.log(survivor);
const { found, ...counts } = scoreOf(mutants);
console.log(`${part}: ${JSON.stringify(counts)}, ${found.toFixed(1)} of 100 found`);
if (found < FOUND_MIN) process.exitCode = 1;
