export type Bar = { label: string; value: number /** Spread. */; lowest: number; highest: number; text: string };
export type BarChart = {
  title: string;
  bars: readonly Bar[] /** A line across all bars, with what it says. */;
  mark?: { value: number; text: string };
};

const WIDTH = 900;
const LABELS = 380;
const VALUES = 110;
const TOP = 56;
const ROW = 30;
const BAR = 16;

const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

/** Horizontal bars with their spread, readable on a light and on a dark page. */
export function barChart({ title, bars, mark }: BarChart): string {
  const most = Math.max(
    ...bars.map(({ value, highest }) => Math.max(value, highest)).filter(Number.isFinite),
    mark?.value ?? 0,
    Number.MIN_VALUE,
  );
  const x = (value: number) => LABELS + (Math.max(0, Number.isFinite(value) ? value : 0) / most) * (WIDTH - LABELS - VALUES);
  const height = TOP + bars.length * ROW + 16;
  const rows = bars.map(({ label, value, lowest, highest, text }, at) => {
    const y = TOP + at * ROW;
    const middle = y + BAR / 2;
    return [
      `<text x="${LABELS - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${LABELS}" y="${y}" width="${(x(value) - LABELS).toFixed(1)}" height="${BAR}" fill="#4878a8"/>`,
      `<line x1="${x(lowest).toFixed(1)}" x2="${x(highest).toFixed(1)}" y1="${middle}" y2="${middle}" stroke="#d08030" stroke-width="3"/>`,
      `<text x="${(x(Math.max(value, highest)) + 6).toFixed(1)}" y="${middle + 4}">${escaped(text)}</text>`,
    ].join("");
  });
  const at = x(mark?.value ?? 0).toFixed(1);
  const line =
    mark === undefined
      ? ""
      : `<line x1="${at}" x2="${at}" y1="${TOP - 8}" y2="${height - 12}" stroke="#b03030" stroke-dasharray="4 3"/>` +
        `<text x="${at}" y="${TOP - 12}" text-anchor="middle" fill="#b03030">${escaped(mark.text)}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" font-family="sans-serif" font-size="12" fill="#808080">
<title>${escaped(title)}</title>
<text x="8" y="22" font-size="15">${escaped(title)}</text>
${rows.join("\n")}
${line}
</svg>
`;
}
