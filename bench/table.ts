import type { LoadResult } from "./load-job.ts";

export type Row = { title: string; rounds: LoadResult[] };
export type Comparison = { title: string /** Title of the row that the others are compared with. */; baseline: string; rows: Row[] };

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

const perSecond = ({ rounds }: Row): number[] => rounds.map((round) => round.perSecond);
const count = (value: number): string => Math.round(value).toLocaleString("en").replaceAll(",", " ");

const COLUMNS = [46, 10, 19, 9, 9, 8, 12] as const;
const line = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i === 0 ? cell.padEnd(COLUMNS[0]) : cell.padStart(COLUMNS[i] ?? 0))).join("");

function printRow(row: Row, baseline: number): string {
  const rates = perSecond(row);
  return line([
    `  ${row.title}`,
    count(median(rates)),
    `${count(Math.min(...rates))} – ${count(Math.max(...rates))}`,
    median(row.rounds.map(({ p50Ms }) => p50Ms)).toFixed(1),
    median(row.rounds.map(({ p99Ms }) => p99Ms)).toFixed(1),
    count(row.rounds.reduce((sum, { failed }) => sum + failed, 0)),
    `${(median(rates) / baseline).toFixed(2)}×`,
  ]);
}

/** One table: median and spread of the rounds of each row, and how it compares with its baseline. */
export function printTable(comparisons: readonly Comparison[]): string {
  const head = line(["", "per second", "lowest – highest", "p50 ms", "p99 ms", "failed", "to baseline"]);
  const parts = comparisons.map(({ title, baseline, rows }) => {
    const base = rows.find((row) => row.title === baseline);
    const rate = base === undefined ? Number.NaN : median(perSecond(base));
    return [`${title} (baseline: ${baseline})`, ...rows.map((row) => printRow(row, rate))].join("\n");
  });
  return [head, ...parts].join("\n");
}
