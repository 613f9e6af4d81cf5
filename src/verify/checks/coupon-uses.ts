import { inRange, type MemberCheck } from "./member-check.ts";

/**
 * Each coupon that an order uses is used by it, and each used one by an order that is not all back or keeps it used. Looks
 * into the orders of members with coupons only: decisions are large, and a coupon that was lost is found by `coupon_granted`.
 */
export const couponUses: MemberCheck = {
  name: "coupon_used",
  sql: `
    with named as (
      select orders.member_key, coupon ->> 'code' as code, orders.order_id
        from orders cross join lateral json_array_elements(orders.decision -> 'coupons') as coupon
       where ${inRange("orders")} and orders.member_key in (select member_key from coupons where ${inRange("coupons")})
         and coupon ->> 'shared' is null
         and (orders.status not in ('cancelled', 'returned') or coupon ->> 'onReturn' = 'keep')
    ), used as (
      select member_key, code, order_id from coupons where ${inRange("coupons")} and order_id is not null
    )
    select member_key, null::smallint as wallet, 'coupon ' || right(code, 4) || ' of order ' || order_id as subject,
           (named.code is not null)::integer as expected, (used.code is not null)::integer as actual
      from named full join used using (member_key, code, order_id)
     where named.code is null or used.code is null`,
};
