import type { Done } from "../cases/case.ts";
import type { Exactness } from "../run-cases.ts";
import type { Description } from "./describe.ts";
import type { Entry } from "./json.ts";
import { barChart } from "./svg.ts";
import { contenderCells, contenderRows, markdownTable, short } from "./table.ts";

export type Report = { description: Description; entries: readonly Entry[]; done: readonly Done[]; exactness: readonly Exactness[] };

const chartOf = (caseId: string): string => `benchmarks-${caseId}.svg`;
const GOALS_CHART = "benchmarks-goals.svg";

/** How far beyond its goal a ratio is: 1 is just met. */
export function timesTheGoal({ ratio, goal }: Pick<Entry, "ratio" | "goal">): number {
  const [, sign, text] = /^([≥≤]) ([\d.]+)$/.exec(goal) ?? [];
  if (ratio === null || text === undefined) return Number.NaN;
  return sign === "≥" ? ratio / Number(text) : Number(text) / ratio;
}

/** The pictures of a report by the names of their files. */
export function charts({ entries, done }: Pick<Report, "entries" | "done">): Map<string, string> {
  const goals = entries
    .filter(({ ratio }) => ratio !== null)
    .map((entry) => {
      const value = timesTheGoal(entry);
      return {
        label: `${entry.case}: ${entry.compared}`,
        value,
        lowest: value,
        highest: value,
        text: `${short(entry.ratio)}×, goal ${entry.goal}`,
      };
    });
  const files = new Map([[GOALS_CHART, barChart({ title: "Ratios by their goals", bars: goals, mark: { value: 1, text: "goal" } })]]);
  for (const { id, title, measured } of done) {
    const bars = contenderRows(measured).map((row) => ({
      label: row.title,
      value: row.perSecond,
      lowest: row.lowest,
      highest: row.highest,
      text: `${short(row.perSecond)}/s`,
    }));
    if (bars.every(({ value }) => Number.isFinite(value))) files.set(chartOf(id), barChart({ title, bars }));
  }
  return files;
}

export function markdownReport(report: Report): string {
  const { description, entries, done, exactness } = report;
  const pictures = charts(report);
  const goals = markdownTable({
    head: ["case", "of", "beside", "compared", "ratio", "lowest – highest", "goal", "met"],
    rows: entries.map((entry) => [
      entry.case,
      entry.of,
      entry.beside,
      entry.compared,
      entry.ratio === null ? "–" : `${short(entry.ratio)}×`,
      entry.ratio === null ? "–" : `${short(entry.lowest)} – ${short(entry.highest)}`,
      `${entry.goal}×`,
      entry.met === null
        ? `not measured: ${entry.note}`
        : `${entry.met ? "yes" : "**no**"}${entry.note === undefined ? "" : ` (${entry.note})`}`,
    ]),
  });
  const parts = done.map(({ id, title, measured }) => {
    const { rounds, repeated } = measured;
    const noisy = rounds.filter(({ isNoisy }) => isNoisy).length;
    const fsyncs = rounds.map(({ fsyncMs }) => short(fsyncMs)).join(", ");
    const said = `${rounds.length} rounds, ${repeated} thrown away as noisy, ${noisy} noisy to the end; an fsync before each: ${fsyncs} ms.`;
    const picture = pictures.has(chartOf(id)) ? `\n![${title}](${chartOf(id)})\n` : "";
    return `### ${title}\n\n${markdownTable(contenderCells(measured))}\n\n${said}\n${picture}`;
  });
  const ledgers = exactness.map(({ after, output }) => `- after ${after}: ${output.replaceAll("\n", "; ")}`).join("\n");
  return `# Benchmarks

Written by \`npm run bench\`: do not edit. A ratio is the median of those of the rounds, each of windows that were measured in turn; microseconds are
of CPU for one request or order, of the service (or what stands in its place), Postgres, Redis and what makes the load.

- ${description.date} UTC, commit ${description.commit}
- ${description.machine.split("\n").slice(1).join("\n- ")}
- ${description.limits}
- ${description.options}

## Goals

![Ratios by their goals](${GOALS_CHART})

${goals}

## What was measured

${parts.join("\n")}
## The ledger afterwards

\`loyalty verify\` recomputes it all from the rows that prove it:

${ledgers}
`;
}
