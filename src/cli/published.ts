import type { z } from "zod";
import type { PublishedProgram } from "../programs/schemas.ts";
import { printLine } from "./output.ts";

type Published = z.output<typeof PublishedProgram>;

/** Shows what a dry run says: its test cases and changes. Answers whether there is anything to publish. */
export async function printPlan({ program, version, changes, testCases, affected = [] }: Published, at?: string): Promise<boolean> {
  if (testCases > 0) await printLine(testCases === 1 ? "1 test case passed" : `${testCases} test cases passed`);
  if (changes.length === 0) {
    await printLine(`${program}: nothing changes, version ${version} is in force${at === undefined ? "" : " then"}`);
    return false;
  }
  await printLine(version === 0 ? `${program} is new:` : `${program}, version ${version} would change:`);
  for (const change of changes) await printLine(`  ${change}`);
  for (const tier of affected) await printLine(`  ${concerns(tier)}`);
  return true;
}

const EXAMPLES_SHOWN = 5;

/** `tier silver changed: concerns 12 members (ada, bob, …)` */
function concerns({ tier, change, members, examples }: NonNullable<Published["affected"]>[number]): string {
  const shown = examples.slice(0, EXAMPLES_SHOWN);
  const names = shown.length === 0 ? "" : ` (${[...shown, ...(members > shown.length ? ["…"] : [])].join(", ")})`;
  return `tier ${tier} ${change}: concerns ${members} ${members === 1 ? "member" : "members"}${names}`;
}

/** Refuses when somebody else has published after the plan was shown: what was shown would not be what is replaced. */
export const ifStill = ({ inForce }: Published): Record<string, string> => (inForce === 0 ? {} : { "if-match": `"${inForce}"` });

export async function printApplied({ program, version, inForce, scheduled }: Published): Promise<void> {
  const own = scheduled.find((coming) => coming.version === version);
  const until = inForce === 0 ? "" : `, until then version ${inForce} is`;
  const when = own === undefined ? "is in force" : `is in force from ${own.effectiveAt} on${until}`;
  await printLine(`applied: version ${version} of ${program} ${when}`);
  for (const coming of scheduled) {
    if (coming !== own) await printLine(`still scheduled: version ${coming.version} for ${coming.effectiveAt}`);
  }
}

export async function printNotApplied(): Promise<void> {
  await printLine("nothing was applied (--dry-run)");
}
