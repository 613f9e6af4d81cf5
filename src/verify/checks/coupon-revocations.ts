import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/** Each coupon that was taken back was announced as such once, and each that was announced is taken back. */
export const couponRevocations: MemberCheck = {
  name: "coupon_revoked",
  sql: `
    with announced as (
      select member_key, data ->> 'code' as code, count(*) as times
        from ${countedFor("events", "type, data")} as counted where type = 'coupon.revoked'
       group by member_key, 2
    ), revoked as (
      select member_key, code from coupons where ${inRange("coupons")} and revoked_at is not null
    )
    select member_key, null::smallint as wallet, 'coupon ' || right(code, 4) as subject,
           coalesce(announced.times, 0) as expected, (revoked.code is not null)::integer as actual
      from revoked full join announced using (member_key, code)
     where coalesce(announced.times, 0) <> (revoked.code is not null)::integer`,
};
