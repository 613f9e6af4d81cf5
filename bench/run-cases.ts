import { Candidate } from "./candidate.ts";
import type { Case, Done, Run } from "./cases/case.ts";
import { type PlaceLimits, startLimits } from "./limits/place-limits.ts";
import { judge } from "./measure/ratio.ts";
import { measureRounds } from "./measure/rounds.ts";
import { median } from "./measure/statistics.ts";
import { shopProgram } from "./program.ts";
import type { Stack } from "./stack.ts";

export type Exactness = { after: string; isExact: boolean; output: string };
export type Results = {
  done: Done[];
  exactness: Exactness[];
  /** Cases that ended with an error: the others go on. */
  broken: { id: string; error: unknown }[];
};

const SHOP = "shop";

/** Fills the shop, runs the cases one after the other, and looks through each ledger that they have written to. */
export async function runCases(stack: Stack, cases: readonly Case[], members: number): Promise<Results> {
  const shop = await Candidate.create(stack, { name: SHOP, program: shopProgram(SHOP), members });
  const copy = await stack.postgres.createDatabase("limits", SHOP);
  let limits: Promise<PlaceLimits> | undefined;
  const results: Results = { done: [], exactness: [], broken: [] };
  const run: Run = {
    stack,
    shop,
    limits() {
      limits ??= startLimits(stack, shop, copy);
      return limits;
    },
    reached(caseId, title) {
      const measured = results.done.find(({ id }) => id === caseId)?.measured;
      const at = measured?.contenders.indexOf(title) ?? -1;
      return measured === undefined || at === -1
        ? undefined
        : median(measured.rounds.map(({ windows }) => windows[at]?.perSecond ?? Number.NaN));
    },
  };

  const verify = async (after: string, candidate: Candidate) => {
    stack.tell(`verify after ${after}`);
    results.exactness.push({ after, ...(await candidate.verify()) });
  };
  const wrote: string[] = [];
  for (const [n, own] of cases.entries()) {
    await runCase(run, own, results, verify).catch((error: unknown) => results.broken.push({ id: own.id, error }));
    if (own.writesToShop) wrote.push(own.id);
    const writesAgain = cases[n + 1]?.writesToShop ?? false;
    if (wrote.length > 0 && !writesAgain) await verify(wrote.splice(0).join(", "), shop);
  }
  return results;
}

async function runCase(
  { stack, ...more }: Run,
  { id, title, prepare, ...own }: Case,
  results: Results,
  verify: (after: string, candidate: Candidate) => Promise<void>,
): Promise<void> {
  stack.tell(title);
  const prepared = await prepare.call({ id, title, prepare, ...own }, { stack, ...more });
  try {
    const { rounds = stack.rounds.rounds, repeats = stack.rounds.repeats } = prepared;
    const measured = await measureRounds(prepared.contenders, { ...stack.rounds, rounds, repeats });
    const outcomes = prepared.claims.map((claim) => judge(claim, measured));
    results.done.push({ id, title, measured, outcomes, leftOut: prepared.leftOut ?? [] });
    for (const candidate of prepared.verified ?? []) await verify(id, candidate);
  } finally {
    await prepared.close?.();
  }
}
