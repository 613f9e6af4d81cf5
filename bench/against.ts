import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { Candidate } from "./candidate.ts";
import { memberId } from "./cart.ts";
import { cachedJob, strongJob } from "./cases/balances.ts";
import { overHttp } from "./cases/contenders.ts";
import { importContender } from "./cases/imports.ts";
import { orderJob } from "./cases/orders.ts";
import { quoteJob } from "./cases/quotes.ts";
import { createRedemptions, redemptionContenders } from "./cases/redemptions.ts";
import { HERE } from "./child-process.ts";
import type { LoadJob } from "./load/load-job.ts";
import { judge, type Outcome } from "./measure/ratio.ts";
import { type Contender, type Measured, measureRounds } from "./measure/rounds.ts";
import { shopProgram } from "./program.ts";
import type { Exactness } from "./run-cases.ts";
import type { Stack } from "./stack.ts";

/** What is slower by more is named, and the run ends with 1. */
const SLOWER_MAX = 0.1;

export type Compared = { id: string; measured: Measured; outcome: Outcome };

/** Checks a revision out into a folder below `dir`, with what it needs installed: the packages of here where the lock file is the same. */
async function checkOut(stack: Stack, revision: string): Promise<string> {
  const git = (...args: string[]) => execFileSync("git", ["-C", HERE, ...args], { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  const commit = git("rev-parse", "--verify", `${revision}^{commit}`).trim();
  const root = join(await mkdtemp(join(stack.options.dir, "loyalty-against-")), "checkout");
  git("worktree", "add", "--detach", root, commit);
  stack.closings.add(async () => {
    git("worktree", "remove", "--force", root);
    await rm(join(root, ".."), { recursive: true, force: true });
  });
  const lockOf = (folder: string) => readFile(join(folder, "package-lock.json"), "utf8");
  const modules = join(HERE, "node_modules");
  if (existsSync(modules) && (await lockOf(root)) === (await lockOf(HERE))) await symlink(modules, join(root, "node_modules"));
  else {
    stack.tell(`${revision} has other packages: npm ci`);
    execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  }
  return root;
}

type Sides = { here: Contender; there: Contender };
type Comparison = { id: string; sides(): Promise<Sides> };

const HERE_TITLE = "here";

/** Runs the service of this checkout and of a revision in turns, each on a database of its own that was filled alike. */
export async function compareWith(
  stack: Stack,
  revision: string,
  { members, cases }: { members: number; cases: readonly string[] | undefined },
): Promise<{ compared: Compared[]; exactness: Exactness[] }> {
  const root = await checkOut(stack, revision);
  const create = async (name: string, at: string) => ({
    shop: await Candidate.create(stack, { name, program: shopProgram("shop"), members, root: at }),
    redeeming: await createRedemptions(stack, `${name}-redemptions`, at),
  });
  const here = await create("here", HERE);
  const there = await create("there", root);

  const comparisons = comparisonsOf(stack, revision, here, there).filter(({ id }) => cases?.includes(id) ?? true);
  if (comparisons.length === 0) throw new Error("--cases names none of those that are compared with a revision");
  const compared: Compared[] = [];
  for (const { id, sides } of comparisons) {
    stack.tell(id);
    const { here: own, there: other } = await sides();
    const measured = await measureRounds([own, other], stack.rounds);
    const claim = {
      case: id,
      contender: own.title,
      beside: other.title,
      figure: { of: "perSecond" },
      goal: { atLeast: 1 - SLOWER_MAX },
    } as const;
    compared.push({ id, measured, outcome: judge(claim, measured) });
  }
  const exactness: Exactness[] = [];
  for (const { shop, redeeming } of [here, there])
    for (const candidate of [shop, redeeming]) exactness.push({ after: `all cases, ${candidate.name}`, ...(await candidate.verify()) });
  return { compared, exactness };
}

type Side = { shop: Candidate; redeeming: Candidate };

function comparisonsOf(stack: Stack, revision: string, here: Side, there: Side): Comparison[] {
  const { seconds } = stack.options;
  const load = (id: string, jobOf: (shop: Candidate) => Promise<LoadJob>): Comparison => ({
    id,
    sides: async () => ({
      here: overHttp(stack, HERE_TITLE, await jobOf(here.shop)),
      there: overHttp(stack, revision, await jobOf(there.shop)),
    }),
  });
  const redemptionTitles = ["redemption-1", "redemption-1-of-100", "redemption-10", "redemption-100"];
  return [
    load("orders", (shop) => orderJob(shop, 128, seconds)),
    load("orders-hot", (shop) => orderJob(shop, 128, seconds, memberId(7))),
    load("orders-1", (shop) => orderJob(shop, 1, seconds)),
    load("balance-near", (shop) => cachedJob(shop, "process", seconds)),
    ...(stack.redis === undefined ? [] : [load("balance-redis", (shop) => cachedJob(shop, "redis", seconds))]),
    load("balance-strong", (shop) => strongJob(shop, "process", seconds, true)),
    load("quotes", (shop) => quoteJob(shop, seconds)),
    {
      id: "imports",
      sides: async () => ({
        here: importContender(here.shop, HERE_TITLE, seconds),
        there: importContender(there.shop, revision, seconds),
      }),
    },
    ...redemptionTitles.map((id, n) => ({
      id,
      sides: async () => ({
        here: { ...((await redemptionContenders(stack, here.redeeming))[n] as Contender), title: HERE_TITLE },
        there: { ...((await redemptionContenders(stack, there.redeeming))[n] as Contender), title: revision },
      }),
    })),
  ];
}
