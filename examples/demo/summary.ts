import { formatAmount, formatCount } from "../../src/cli/minor-units.ts";
import type { ProgramDefinition } from "../../src/programs/definition.ts";
import type { ImportedYear } from "./import-year.ts";
import type { DemoMember } from "./members.ts";

const BAR_WIDTH = 40;

const percent = (part: number, whole: number): string => `${((100 * part) / Math.max(whole, 1)).toFixed(1)} %`;
const sumOf = <T>(items: readonly T[], pointsOf: (item: T) => number): number => items.reduce((sum, item) => sum + pointsOf(item), 0);

/** Members by tier, as a small chart. */
function tierLines(members: readonly DemoMember[], { tiers }: ProgramDefinition): string[] {
  return tiers.map(({ id, name = id }) => {
    const count = members.filter(({ tier }) => tier === id).length;
    const bar = "█".repeat(Math.max(count > 0 ? 1 : 0, Math.round((BAR_WIDTH * count) / Math.max(members.length, 1))));
    return `  ${name.padEnd(10)}${formatCount(count).padStart(6)}  ${bar} ${percent(count, members.length)}`;
  });
}

/** What the year came to, in lines for a person. Whoever looks at the points of one wallet looks at the first. */
export function summaryLines(members: readonly DemoMember[], year: ImportedYear, program: ProgramDefinition): string[] {
  const { summary, seconds } = year;
  const { currency, wallets } = program;
  const [wallet] = wallets;
  const walletId = wallet?.id ?? "";
  const amount = (value: bigint) => formatAmount(value, currency);
  const outstanding = sumOf(members, ({ wallets: { [walletId]: points } }) => (points?.available ?? 0) + (points?.pending ?? 0));
  const pending = sumOf(members, ({ wallets: { [walletId]: points } }) => points?.pending ?? 0);
  const debt = sumOf(members, ({ wallets: { [walletId]: points } }) => points?.debt ?? 0);
  const expired = Number(summary.accrued - summary.clawedBack) - outstanding + debt;
  const { worth } = wallet ?? {};
  const value = worth === undefined ? "" : `, worth ${amount((BigInt(outstanding) * BigInt(worth.amount)) / BigInt(worth.points))}`;

  return [
    `${formatCount(summary.lines)} lines imported over HTTP in ${seconds.toFixed(1)} s: ${formatCount(Math.round(summary.lines / seconds))} a second, each one durable`,
    "",
    "Members by tier",
    ...tierLines(members, program),
    "",
    "Sales",
    `  ${formatCount(summary.orders)} orders of ${amount(summary.gross)}; discounts ${amount(summary.discount)} (${percent(Number(summary.discount), Number(summary.gross))}); paid ${amount(summary.net)}`,
    `  ${formatCount(summary.returns)} returns; paid back ${amount(summary.returnedNet)}`,
    "",
    "Points",
    `  given         ${formatCount(summary.accrued).padStart(10)}`,
    `  clawed back   ${formatCount(summary.clawedBack).padStart(10)}`,
    `  expired       ${formatCount(expired).padStart(10)}  (nobody spends points in this demo)`,
    `  outstanding   ${formatCount(outstanding).padStart(10)}  ${formatCount(pending)} of them wait for the return window${value}`,
    ...(debt > 0 ? [`  owed          ${formatCount(debt).padStart(10)}  by members who returned what had given points that are gone`] : []),
  ];
}
