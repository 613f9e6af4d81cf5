import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

/** Each notice that points will expire stands in the outbox once, and its id is taken. */
export const expiryNotices: MemberCheck = {
  name: "expiry_notice",
  sql: `
    with told as (
      select events.member_key, concat_ws(' ', members.id, data ->> 'wallet', data ->> 'expiresOn', data ->> 'notice') as id, count(*) as times
        from events
        join members on members.program_id = $1 and members.member_key = events.member_key
       where ${inRange("events")} and type = 'points.will_expire'
       group by 1, 2
    )
    select told.member_key, null::smallint as wallet, 'notice of points that expire on ' || split_part(told.id, ' ', 3) as subject,
           (directory.id is not null)::integer as expected, told.times as actual
      from told
      left join directory on directory.program_id = $1 and directory.kind = ${REQUEST_KINDS.expiry_notice} and directory.id = told.id
       and directory.member_key = told.member_key
     where told.times <> (directory.id is not null)::integer`,
};
