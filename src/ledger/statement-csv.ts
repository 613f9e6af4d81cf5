import { csvRow } from "../core/csv.ts";
import type { AccountPoints } from "./statement.ts";
import type { StatementView } from "./statement-view.ts";

const COLUMNS = [
  "row",
  "wallet",
  "seq",
  "occurredAt",
  "recordedAt",
  "kind",
  "sourceKind",
  "sourceId",
  "ruleSet",
  "available",
  "pending",
  "held",
  "debt",
];

const pointsCells = ({ available, pending, held, debt }: AccountPoints): number[] => [available, pending, held, debt];

/** A balance has no movement: its cells between the wallet and the points are empty. */
const balanceRow = (row: "opening" | "closing", wallet: string, at: string, points: AccountPoints): string =>
  csvRow([row, wallet, "", at, "", "", "", "", "", ...pointsCells(points)]);

/**
 * A statement as a file for spreadsheets (RFC 4180): the opening balance of each wallet, its movements as changes of its accounts,
 * and its closing balance, so that each column of a wallet sums to its closing.
 */
export function statementCsv({ from, until, wallets, movements }: StatementView): string {
  const rows = [csvRow(COLUMNS)];
  for (const { wallet, opening, closing } of wallets) {
    rows.push(balanceRow("opening", wallet, from, opening));
    for (const { seq, occurredAt, recordedAt, kind, source, ruleSet, change } of movements.filter(
      (movement) => movement.wallet === wallet,
    )) {
      const booked = [seq ?? "", occurredAt, recordedAt ?? "", kind, source.kind, source.id, ruleSet ?? ""];
      rows.push(csvRow(["movement", wallet, ...booked, ...pointsCells(change)]));
    }
    rows.push(balanceRow("closing", wallet, until, closing));
  }
  return `${rows.join("\r\n")}\r\n`;
}
