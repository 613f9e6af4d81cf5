import { calendarRange, dateToDay, dayStart } from "../core/period.ts";
import { inSnapshot } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { findMemberRef } from "../members/store.ts";
import { dueEntries } from "./balance-from-lots.ts";
import { programInForce, type ReadDeps } from "./read-deps.ts";
import { selectMemberAccounts } from "./select-balances.ts";
import { selectMovedSums, selectMovements } from "./select-statement.ts";
import type { EntryRow } from "./state.ts";
import { changeOf, type MovedSum, walletStatements } from "./statement.ts";
import { dueMovement, type StatementMovement, type StatementView } from "./statement-view.ts";
import type { StoredEntry } from "./store.ts";
import { nameOf } from "./stored-names.ts";
import { movementView } from "./views.ts";

/** How many movements a statement lists; its totals and balances count all of them. */
export const STATEMENT_MOVEMENTS_MAX = 5_000;

function bookedMovement(row: StoredEntry, memberKey: number, wallets: ReadonlyMap<number, string>): StatementMovement {
  const { availableAfter: _availableAfter, ...entry } = movementView(row, memberKey, wallets);
  return { ...entry, change: changeOf(entry) };
}

const asSum = (entry: EntryRow): MovedSum => ({ ...entry, movements: 1 });
const byTime = (a: StatementMovement, b: StatementMovement): number => Date.parse(a.occurredAt) - Date.parse(b.occurredAt);

/**
 * A member's statement of a calendar month (`YYYY-MM`) in the program's zone, by when things happened: what is due by now is on it
 * whether a command has booked it or not, as in balances. A movement that is recorded later for a time of the month changes it.
 * Errors: member_not_found.
 */
export async function readStatement(
  deps: ReadDeps,
  { programId }: ProgramContext,
  memberId: string,
  month: string,
  movementsMax = STATEMENT_MOVEMENTS_MAX,
): Promise<StatementView> {
  const { program, wallets } = await programInForce(deps, programId);
  const { timeZone } = program.definition;
  const days = calendarRange(dateToDay(`${month}-01`), "month");
  const [from, until] = [dayStart(days.from, timeZone), dayStart(days.to, timeZone)];

  return inSnapshot(deps.pool, programId, async (tx) => {
    const { id, key: memberKey } = await findMemberRef(tx, programId, memberId);
    const time = { memberKey, from, until };
    const booked = await selectMovedSums(tx, programId, time);
    const movements = await selectMovements(tx, programId, time, movementsMax);
    const { member, open } = await selectMemberAccounts(tx, programId, id);
    const due = dueEntries(member, open, deps.now().getTime());
    const dueBefore = due.filter(({ occurredAt }) => occurredAt < from.getTime());
    const dueWithin = due.filter(({ occurredAt }) => occurredAt >= from.getTime() && occurredAt < until.getTime());

    const before = [...booked.before, ...dueBefore.map(asSum)];
    const within = [...booked.within, ...dueWithin.map(asSum)];
    const statements = walletStatements(wallets.byNumber.keys(), before, within);
    const nameOfWallet = (wallet: number) => nameOf(wallets.byNumber, wallet);
    const listed = [
      ...movements.map((row) => bookedMovement(row, memberKey, wallets.byNumber)),
      ...dueWithin.map((entry) => dueMovement(entry, memberKey, nameOfWallet(entry.wallet))),
    ].sort(byTime);
    const moved = within.reduce((sum, { movements: count }) => sum + count, 0);
    const shown = listed.slice(0, movementsMax);
    return {
      memberId: id,
      month,
      timeZone,
      from: from.toISOString(),
      until: until.toISOString(),
      wallets: statements.map((statement) => ({ ...statement, wallet: nameOfWallet(statement.wallet) })),
      movements: shown,
      movementsLeftOut: moved - shown.length,
    };
  });
}
