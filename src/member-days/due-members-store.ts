import type pg from "pg";
import { calendarDay, datesComingRound, daysComingRound } from "../core/calendar-day.ts";
import { dayStart, type EpochDay, localDay } from "../core/period.ts";
import type { MemberDay } from "../rules/trigger.ts";
import { dayCounter } from "./day-id.ts";

/** A local day on which a day of members is looked for. */
export type DayAsked = { day: MemberDay; on: EpochDay; timeZone: string };

/** Members who stand together in an index: those with their birthday on a date, or those who joined on one day. */
export type Stretch = { monthDay: number } | { from: Date; to: Date };

/** A place in a stretch; members of a birthday stand in the order of their keys alone. */
export type Place = { at: Date | null; memberKey: number };

/** Whose day it is of some who were looked at; `next` is where to go on, null where no others follow. */
export type DuePage = { memberIds: string[]; next: Place | null };

/** Where all stand whose day it is. Who was born or joined on 29 February stands among those of the 28th in other years. */
export async function stretchesOf(tx: pg.ClientBase, programId: number, { day, on, timeZone }: DayAsked): Promise<Stretch[]> {
  const today = calendarDay(on);
  if (day === "birthday") return datesComingRound(today).map(({ month, dayOfMonth }) => ({ monthDay: month * 100 + dayOfMonth }));
  const { rows } = await tx.query<{ first: Date | null }>("select min(enrolled_at) as first from members where program_id = $1", [
    programId,
  ]);
  const first = rows[0]?.first ?? null;
  const days = first === null ? [] : daysComingRound(today, localDay(first, timeZone));
  return days.map((joined) => ({ from: dayStart(joined, timeZone), to: dayStart(joined + 1, timeZone) }));
}

const WITH_BIRTHDAY = `
  select member_key, null::timestamptz as at from profiles
   where program_id = $1 and birth_month_day = $7::smallint and member_key > $2 order by member_key limit $3`;
const JOINED = `
  select member_key, enrolled_at as at from members
   where program_id = $1 and enrolled_at >= $7::timestamptz and enrolled_at < $8::timestamptz
     and (enrolled_at, member_key) > ($9::timestamptz, $2) order by enrolled_at, member_key limit $3`;

/** So many are looked at in each page, whether they have had their day or not, which bounds its time. */
const pageOf = (looked: string): string => `
  with looked as materialized (${looked}),
       last as (select at, member_key, (select count(*) from looked) = $3 as is_full from looked order by at desc, member_key desc limit 1)
  select due.id, last.at, last.member_key, last.is_full
    from last left join (
      select m.id, l.at, l.member_key
        from looked l join members m on m.program_id = $1 and m.member_key = l.member_key
       where m.status = 'active' and m.alias_of is null and m.enrolled_at < $6::timestamptz
         and not exists (select from counters c where c.program_id = $1 and c.member_key = l.member_key
                            and c.key = $4 and c.period = $5::date and c.used > 0)) due on true
   order by due.at, due.member_key`;

type Row = { id: string | null; at: Date | null; member_key: number; is_full: boolean };

/** The next members of a stretch whose day it is, who joined before it ended, and who have not had it in its calendar year. */
export async function pageOfDueMembers(
  tx: pg.ClientBase,
  programId: number,
  { day, on, timeZone }: DayAsked,
  { stretch, after, limit }: { stretch: Stretch; after: Place | undefined; limit: number },
): Promise<DuePage> {
  const { key, period } = dayCounter(day, dayStart(on, timeZone), timeZone);
  const values = [programId, after?.memberKey ?? 0, limit, key, period, dayStart(on + 1, timeZone)];
  const { rows } = await tx.query<Row>(
    "monthDay" in stretch
      ? { name: "page_of_birthdays", text: pageOf(WITH_BIRTHDAY), values: [...values, stretch.monthDay] }
      : { name: "page_of_joining_days", text: pageOf(JOINED), values: [...values, stretch.from, stretch.to, after?.at ?? stretch.from] },
  );
  const [first] = rows;
  return {
    memberIds: rows.flatMap(({ id }) => (id === null ? [] : [id])),
    next: first?.is_full ? { at: first.at, memberKey: first.member_key } : null,
  };
}
