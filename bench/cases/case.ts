import type { Candidate } from "../candidate.ts";
import type { PlaceLimits } from "../limits/place-limits.ts";
import type { Claim, Outcome } from "../measure/ratio.ts";
import type { Contender, Measured } from "../measure/rounds.ts";
import type { Stack } from "../stack.ts";

/** What cases have in common in one run. */
export type Run = {
  stack: Stack;
  /** This revision with the members of the run. */
  shop: Candidate;
  /** What stands beside its orders, on a copy of its database. */
  limits(): Promise<PlaceLimits>;
  /** What a contender of a case reached before, in the middle of its rounds; undefined where that case was left out. */
  reached(caseId: string, title: string): number | undefined;
};

/** A claim that could not be looked at, and why. */
export type LeftOut = { case: string; beside: string; goal: string; why: string };

export type Prepared = {
  contenders: Contender[];
  claims: Claim[];
  leftOut?: LeftOut[];
  /** Instead of those of the run. */
  rounds?: number;
  repeats?: number;
  /** Whose ledgers are looked through when it is over; the shop's are at the end of its cases. */
  verified?: Candidate[];
  /** When all has been measured and verified. */
  close?(): Promise<void>;
};

export type Case = {
  id: string;
  title: string;
  /** Whether it changes the ledger of the shop. */
  writesToShop: boolean;
  /** Takes long: only where it is asked for. */
  isLarge?: boolean;
  prepare(run: Run): Promise<Prepared>;
};

export type Done = { id: string; title: string; measured: Measured; outcomes: readonly Outcome[]; leftOut: readonly LeftOut[] };
