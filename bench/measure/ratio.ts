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
export type Claim = {
  case: string;
  contender: string;
  beside: string;
  figure: Figure;
  goal: Goal /** Requests a second that both were sent. */;
  arrivals?: number;
};

export type Outcome = Claim & {
  /** What a reader must know of it. */
  note?: string;
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
export function judge(claim: Claim, measured: Measured): Outcome {
  const { contenders, rounds } = measured;
  const [own, other] = [claim.contender, claim.beside].map((title) => {
    const at = contenders.indexOf(title);
    if (at === -1) throw new Error(`${claim.case}: "${title}" was not measured`);
    return rounds.map(({ windows }) => readFigure(claim.figure, windows[at] as Window));
  }) as [number[], number[]];
  const ratios = own.map((value, round) => value / (other[round] ?? Number.NaN));
  const ratio = median(ratios);
  const note = claim.arrivals === undefined ? undefined : arrivalsNote(claim.arrivals, claim, measured);
  return {
    ...claim,
    ...(note !== undefined && { note }),
    ratio,
    lowest: Math.min(...ratios),
    highest: Math.max(...ratios),
    isMet: isMet(ratio, claim.goal),
    value: median(own),
    besideValue: median(other),
    noisyRounds: rounds.filter(({ isNoisy }) => isNoisy).length,
  };
}

/** Who answers fewer than arrive has a queue that grows, and with it its milliseconds. */
const KEPT_UP = 0.95;

function arrivalsNote(arrivals: number, { contender, beside }: Claim, { contenders, rounds }: Measured): string {
  const late = [contender, beside].flatMap((title) => {
    const answered = median(rounds.map(({ windows }) => windows[contenders.indexOf(title)]?.perSecond ?? Number.NaN));
    return answered < KEPT_UP * arrivals ? [`; ${title} kept up with only ${Math.round(answered)}`] : [];
  });
  return `${Math.round(arrivals)} arrivals a second${late.join("")}`;
}
