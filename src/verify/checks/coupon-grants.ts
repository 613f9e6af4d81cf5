import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/** Each coupon that a member has was announced once, and each that was announced is there. */
export const couponGrants: MemberCheck = {
  name: "coupon_granted",
  sql: `
    with announced as (
      select member_key, data ->> 'code' as code, count(*) as times
        from ${countedFor("events", "type, data")} as counted where type = 'coupon.granted' and data ->> 'code' is not null
       group by member_key, 2
    ), held as (
      select member_key, code from coupons where ${inRange("coupons")}
    )
    select member_key, null::smallint as wallet, 'coupon ' || right(code, 4) as subject,
           coalesce(announced.times, 0) as expected, (held.code is not null)::integer as actual
      from held full join announced using (member_key, code)
     where coalesce(announced.times, 0) <> (held.code is not null)::integer`,
};
