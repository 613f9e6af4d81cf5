import { execFileSync } from "node:child_process";
import { HERE } from "../child-process.ts";
import { describeRun } from "../machine.ts";
import type { Stack } from "../stack.ts";

/** Where and of what a run was. */
export type Description = { date: string; commit: string; machine: string; limits: string; options: string };

export async function describe({ postgres, redis, pgbench, options }: Stack, members: number): Promise<Description> {
  const git = (...args: string[]) => execFileSync("git", ["-C", HERE, ...args], { encoding: "utf8" }).trim();
  const isChanged = git("status", "--porcelain", "--untracked-files=no", "--", "src", "bench", "migrations", "package-lock.json") !== "";
  return {
    date: new Date().toISOString().slice(0, 16).replace("T", " "),
    commit: `${git("rev-parse", "--short=12", "HEAD")}${isChanged ? " with changes" : ""}`,
    machine: await describeRun(postgres.url, redis?.name),
    limits: pgbench?.version ?? "no pgbench found: the stored function is left out",
    options: `${members} members, ${options.rounds} rounds of ${options.seconds} s; one with more than ${options.noiseMax} cores of others is repeated`,
  };
}
