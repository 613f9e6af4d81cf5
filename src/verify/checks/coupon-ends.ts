import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/** Each coupon whose end is booked was announced once as expired, and each that was announced is booked. */
export const couponEnds: MemberCheck = {
  name: "coupon_expired",
  sql: `
    with announced as (
      select member_key, data ->> 'code' as code, count(*) as times
        from ${countedFor("events", "type, data")} as counted where type = 'coupon.expired'
       group by 1, 2
    ), ended as (
      select member_key, code from coupons where ${inRange("coupons")} and expired_at is not null
    )
    select member_key, null::smallint as wallet, 'end of coupon ' || right(code, 4) as subject,
           (ended.code is not null)::integer as expected, coalesce(announced.times, 0) as actual
      from ended full join announced using (member_key, code)
     where coalesce(announced.times, 0) <> (ended.code is not null)::integer`,
};
