import { isoText } from "../core/iso-text.ts";
import type { Account, EntryKind, Source } from "./accounts.ts";
import type { EntryRow } from "./state.ts";
import { type AccountPoints, changeOf, type KindTotal } from "./statement.ts";
import { sourceView } from "./stored-names.ts";

/** A movement on a statement. Null: due, and not booked by any command yet. */
export type StatementMovement = {
  seq: number | null;
  wallet: string;
  kind: EntryKind;
  from: Account;
  to: Account;
  points: number;
  change: AccountPoints;
  source: Source;
  ruleSet: number | null;
  occurredAt: string;
  recordedAt: string | null;
};

export type StatementView = {
  memberId: string;
  month: string;
  timeZone: string;
  /** RFC 3339; half-open. */
  from: string;
  until: string;
  wallets: { wallet: string; opening: AccountPoints; closing: AccountPoints; totals: KindTotal[] }[];
  movements: StatementMovement[];
  movementsLeftOut: number;
};

export function dueMovement(entry: EntryRow, memberKey: number, wallet: string): StatementMovement {
  const { kind, from, to, points, source, occurredAt } = entry;
  const moved = { wallet, kind, from, to, points, change: changeOf(entry), source: sourceView(memberKey, source.kind, source.id) };
  return { seq: null, ...moved, ruleSet: null, occurredAt: isoText(occurredAt), recordedAt: null };
}
