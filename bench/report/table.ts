import type { Role } from "../measure/cpu.ts";
import { goalText, type Outcome } from "../measure/ratio.ts";
import type { Measured, Window } from "../measure/rounds.ts";
import { median } from "../measure/statistics.ts";

const ROLES: readonly Role[] = ["service", "postgres", "redis", "load"];

/** A contender's line, of its windows: medians, and the spread of how many a second. */
export type ContenderRow = {
  title: string;
  perSecond: number;
  lowest: number;
  highest: number;
  p50Ms: number | null;
  p99Ms: number | null;
  failed: number;
  /** CPU microseconds of each role for one request. */
  cpuUs: Record<string, number>;
};

export function contenderRows({ contenders, rounds }: Measured): ContenderRow[] {
  return contenders.map((title, at) => {
    const windows = rounds.map((round) => round.windows[at] as Window);
    const rates = windows.map(({ perSecond }) => perSecond);
    return {
      title,
      perSecond: median(rates),
      lowest: Math.min(...rates),
      highest: Math.max(...rates),
      p50Ms: medianOrNull(windows.map(({ p50Ms }) => p50Ms)),
      p99Ms: medianOrNull(windows.map(({ p99Ms }) => p99Ms)),
      failed: windows.reduce((sum, { failed }) => sum + failed, 0),
      cpuUs: Object.fromEntries(
        ROLES.map((role) => [role, median(windows.map(({ cpu, succeeded }) => (cpu.ofRole[role] / succeeded) * 1e6))]),
      ),
    };
  });
}

function medianOrNull(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : median(known);
}

/** Three figures, and no more than the number has. */
export function short(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en").replaceAll(",", " ");
  return value.toPrecision(3).replace(/\.?0+$/, "");
}

export type Cells = { head: readonly string[]; rows: readonly (readonly string[])[] };

export const contenderCells = (measured: Measured): Cells => ({
  head: ["", "a second", "lowest – highest", "p50 ms", "p99 ms", "failed", ...ROLES.map((role) => `${role} µs`)],
  rows: contenderRows(measured).map((row) => [
    row.title,
    short(row.perSecond),
    `${short(row.lowest)} – ${short(row.highest)}`,
    short(row.p50Ms),
    short(row.p99Ms),
    String(row.failed),
    ...ROLES.map((role) => short(row.cpuUs[role] ?? null)),
  ]),
});

const FIGURES: Readonly<Record<string, string>> = {
  perSecond: "a second",
  p50Ms: "p50",
  p99Ms: "p99",
  secondsEach: "time each",
  megabytes: "memory",
};

export const figureText = ({ figure }: Pick<Outcome, "figure">): string =>
  figure.of === "cpu" ? `CPU of ${figure.role} each` : (FIGURES[figure.of] ?? figure.of);

export const outcomeCells = (outcomes: readonly Outcome[]): Cells => ({
  head: ["case", "of", "beside", "compared", "ratio", "lowest – highest", "goal", "met"],
  rows: outcomes.map((outcome) => [
    outcome.case,
    outcome.contender,
    outcome.beside,
    figureText(outcome),
    `${short(outcome.ratio)}×`,
    `${short(outcome.lowest)} – ${short(outcome.highest)}`,
    `${goalText(outcome.goal)}×`,
    outcome.isMet ? "yes" : "no",
  ]),
});

/** For a terminal: the first column to the left, the others to the right. */
export function alignedTable({ head, rows }: Cells): string {
  const all = [head, ...rows];
  const widths = head.map((_, at) => Math.max(...all.map((row) => row[at]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ");
  return all.map(line).join("\n");
}

export function markdownTable({ head, rows }: Cells): string {
  const line = (row: readonly string[]) => `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${head.map((_, at) => (at === 0 ? "---" : "---:")).join("|")}|`, ...rows.map(line)].join("\n");
}
