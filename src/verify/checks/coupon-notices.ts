import { REQUEST_KINDS } from "../../core/request-kinds.ts";
import { inRange, type MemberCheck } from "./member-check.ts";

/** Each notice that a coupon will end stands in the outbox once, and its id is taken. */
export const couponNotices: MemberCheck = {
  name: "coupon_notice",
  sql: `
    with told as (
      select member_key, data ->> 'code' as code, data ->> 'notice' as notice, count(*) as times
        from events where ${inRange("events")} and type = 'coupon.will_expire'
       group by 1, 2, 3
    )
    select told.member_key, null::smallint as wallet, 'notice ' || notice || ' of coupon ' || right(code, 4) as subject,
           (directory.id is not null)::integer as expected, told.times as actual
      from told
      left join directory on directory.program_id = $1 and directory.kind = ${REQUEST_KINDS.coupon_notice}
       and directory.id = told.code || ' ' || told.notice and directory.member_key = told.member_key
     where told.times <> (directory.id is not null)::integer`,
};
