import type pg from "pg";
import { dateToDay, dayToDate, type EpochDay } from "../core/period.ts";
import type { MemberDay } from "../rules/trigger.ts";

/** Through which local day the members have been come to; undefined before the first run. */
export async function dayDoneTo(tx: pg.ClientBase, programId: number, day: MemberDay): Promise<EpochDay | undefined> {
  const { rows } = await tx.query<{ done_to: string }>("select done_to from member_day_runs where program_id = $1 and day = $2", [
    programId,
    day,
  ]);
  return rows[0] && dateToDay(rows[0].done_to);
}

/** Never back: another process may be ahead. */
export async function setDayDoneTo(tx: pg.ClientBase, programId: number, day: MemberDay, doneTo: EpochDay): Promise<void> {
  await tx.query(
    `insert into member_day_runs as r (program_id, day, done_to) values ($1, $2, $3)
     on conflict (program_id, day) do update set done_to = greatest(r.done_to, excluded.done_to)`,
    [programId, day, dayToDate(doneTo)],
  );
}

/** Nobody asks for these days any more: who does so later begins with the day on which they do. */
export async function forgetDays(tx: pg.ClientBase, programId: number, days: readonly MemberDay[]): Promise<void> {
  await tx.query("delete from member_day_runs where program_id = $1 and day = any($2)", [programId, days]);
}
