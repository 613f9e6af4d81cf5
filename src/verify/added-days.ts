import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import { dayCounterKey } from "../member-days/day-id.ts";
import { eventTypeOfDay, MEMBER_DAYS, type MemberDay } from "../rules/trigger.ts";
import { inRange } from "./checks/member-check.ts";
import type { CounterSums } from "./counter-sums.ts";
import type { MemberRange } from "./member-ranges.ts";

type Row = { memberKey: string; member: string; day: MemberDay; period: string; times: number };

/** Adds up the days that the members of a range have had in each calendar year. */
export async function addMemberDays(
  client: pg.ClientBase,
  { programId, timeZone, counters }: { programId: number; timeZone: string; counters: CounterSums },
  { from, to }: MemberRange,
): Promise<void> {
  const { rows } = await client.query<Row>({
    name: "verify_member_days",
    text: `select e.member_key::text as "memberKey", coalesce(members.id, '#' || e.member_key) as member, kind.day,
                  date_trunc('year', e.occurred_at at time zone $4)::date::text as period, count(*)::integer as times
             from (select member_key, type, occurred_at from member_events where ${inRange("member_events")}) e
             join unnest($5::text[], $6::text[]) as kind (day, type) on kind.type = e.type
             ${lookUpIfAny("members", "members", "member_key = e.member_key")}
            group by e.member_key, members.id, kind.day, 4`,
    values: [programId, from, to, timeZone, MEMBER_DAYS, MEMBER_DAYS.map(eventTypeOfDay)],
  });
  for (const { memberKey, member, day, period, times } of rows) {
    counters.add({ memberKey, member, uses: [{ for: "member", key: dayCounterKey(day), period }], kept: [times] });
  }
}
