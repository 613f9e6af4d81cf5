import type { Done, LeftOut } from "../cases/case.ts";
import { goalText, type Outcome } from "../measure/ratio.ts";
import { median } from "../measure/statistics.ts";
import { contenderRows, figureText } from "./table.ts";

/** What `docs/benchmarks.json` lists: each promise, and what became of it. */
export type Entry = {
  case: string;
  of: string;
  beside: string;
  compared: string;
  ratio: number | null;
  lowest: number | null;
  highest: number | null;
  goal: string;
  /** Null: it was not looked at. */
  met: boolean | null;
  note?: string;
  value: number | null;
  besideValue: number | null;
  rounds: number;
  noisyRounds: number;
  fsyncMs: number | null;
  cpuUs: { of: Record<string, number>; beside: Record<string, number> } | null;
};

/** Four figures: more is noise. */
const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(4)) : null);
const roundedAll = (values: Record<string, number> = {}): Record<string, number> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, rounded(value) ?? 0]));

export const toEntries = (done: readonly Done[]): Entry[] =>
  done.flatMap((own) => [...own.outcomes.map((outcome) => measuredEntry(own, outcome)), ...own.leftOut.map(leftOutEntry)]);

function measuredEntry({ measured }: Done, outcome: Outcome): Entry {
  const rows = contenderRows(measured);
  const cpuOf = (title: string) => roundedAll(rows.find((row) => row.title === title)?.cpuUs);
  return {
    case: outcome.case,
    of: outcome.contender,
    beside: outcome.beside,
    compared: figureText(outcome),
    ratio: rounded(outcome.ratio),
    lowest: rounded(outcome.lowest),
    highest: rounded(outcome.highest),
    goal: goalText(outcome.goal),
    met: outcome.isMet,
    ...(outcome.note !== undefined && { note: outcome.note }),
    value: rounded(outcome.value),
    besideValue: rounded(outcome.besideValue),
    rounds: measured.rounds.length,
    noisyRounds: outcome.noisyRounds,
    fsyncMs: rounded(median(measured.rounds.map(({ fsyncMs }) => fsyncMs))),
    cpuUs: { of: cpuOf(outcome.contender), beside: cpuOf(outcome.beside) },
  };
}

const leftOutEntry = ({ case: name, beside, goal, why }: LeftOut): Entry => ({
  case: name,
  of: "",
  beside,
  compared: "",
  ratio: null,
  lowest: null,
  highest: null,
  goal,
  met: null,
  note: why,
  value: null,
  besideValue: null,
  rounds: 0,
  noisyRounds: 0,
  fsyncMs: null,
  cpuUs: null,
});
