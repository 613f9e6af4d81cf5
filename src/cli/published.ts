import type { z } from "zod";
import type { PublishedProgram } from "../programs/schemas.ts";
import { printLine } from "./output.ts";

type Published = z.output<typeof PublishedProgram>;

/** Shows what a dry run says: its test cases and changes. Answers whether there is anything to publish. */
export async function printPlan({ program, version, changes, testCases }: Published): Promise<boolean> {
  if (testCases > 0) await printLine(testCases === 1 ? "1 test case passed" : `${testCases} test cases passed`);
  if (changes.length === 0) {
    await printLine(`${program}: nothing changes, version ${version} is in force`);
    return false;
  }
  await printLine(version === 0 ? `${program} is new:` : `${program}, version ${version} would change:`);
  for (const change of changes) await printLine(`  ${change}`);
  return true;
}

/** Refuses when somebody else has published after the plan was shown: what was shown would not be what is replaced. */
export const ifStill = ({ version }: Published): Record<string, string> => (version === 0 ? {} : { "if-match": `"${version}"` });

export async function printApplied({ program, version }: Published): Promise<void> {
  await printLine(`applied: version ${version} of ${program} is in force`);
}

export async function printNotApplied(): Promise<void> {
  await printLine("nothing was applied (--dry-run)");
}
