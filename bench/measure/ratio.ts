import type { Role } from "./cpu.ts";
import type { Measured, Window } from "./rounds.ts";
import { median } from "./statistics.ts";

/** What is compared of two windows. */
export type Figure =
  | { of: "perSecond" | "p50Ms" | "p99Ms" | "megabytes" }
  /** Seconds for one: the inverse of how many a second. */
  | { of: "secondsEach" }
  /** CPU of a role for one request. */
  | { of: "cpu"; role: Role };

export type Goal = { atLeast: number } | { atMost: number };

/** What a case promises: a contender's figure is so much of what another one has. */
export type Claim = { case: string; contender: string; beside: string; figure: Figure; goal: Goal; note?: string | undefined };

export type Outcome = Claim & {
  /** Of the rounds' ratios, each of windows of the same round. */
  ratio: number;
  lowest: number;
  highest: number;
  isMet: boolean;
  value: number;
  besideValue: number;
  noisyRounds: number;
};

export function readFigure(figure: Figure, window: Window): number {
  switch (figure.of) {
    case "perSecond":
      return window.perSecond;
    case "secondsEach":
      return 1 / window.perSecond;
    case "cpu":
      return (window.cpu.ofRole[figure.role] / window.succeeded) * 1e6;
    default:
      return window[figure.of] ?? Number.NaN;
  }
}

/** Whether a ratio is as promised. One that is no number is not. */
export const isMet = (ratio: number, goal: Goal): boolean => ("atLeast" in goal ? ratio >= goal.atLeast : ratio <= goal.atMost);

export const goalText = (goal: Goal): string => ("atLeast" in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`);

/** Errors: a contender that was not measured. */
export function judge(claim: Claim, { contenders, rounds }: Measured): Outcome {
  const [own, other] = [claim.contender, claim.beside].map((title) => {
    const at = contenders.indexOf(title);
    if (at === -1) throw new Error(`${claim.case}: "${title}" was not measured`);
    return rounds.map(({ windows }) => readFigure(claim.figure, windows[at] as Window));
  }) as [number[], number[]];
  const ratios = own.map((value, round) => value / (other[round] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    ...claim,
    ratio,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    isMet: isMet(ratio, claim.goal),
    value: median(own),
    besideValue: median(other),
    noisyRounds: rounds.filter(({ isNoisy }) => isNoisy).length,
  };
}
