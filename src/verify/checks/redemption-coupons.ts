import { inRange, type MemberCheck } from "./member-check.ts";

/**
 * The coupons that a redemption says it gave are there as coupons of its, one a piece; of a redemption that has ended each was taken
 * back and is used by no order.
 */
export const redemptionCoupons: MemberCheck = {
  name: "redemption_coupons",
  sql: `
    with given as (
      select redemptions.member_key, redemption_id as id, status in ('cancelled', 'expired') as ended,
             case when gives ->> 'kind' = 'coupon' and given is not null then quantity else 0 end as pieces,
             coalesce(given -> 'coupons', '[]'::json) as coupons
        from redemptions where ${inRange("redemptions")}
    ), named as (
      select member_key, id, coupon ->> 'code' as code, ended from given cross join lateral json_array_elements(coupons) as coupon
    ), held as (
      select member_key, source_id as id, code, revoked_at is not null and order_id is null as is_back
        from coupons where ${inRange("coupons")} and cause = 'redemption'
    )
    select member_key, null::smallint as wallet, 'redemption ' || id || ': coupons' as subject, pieces as expected,
           json_array_length(coupons) as actual
      from given where pieces <> json_array_length(coupons)
    union all
    select member_key, null, 'redemption ' || id || ': coupon ' || right(code, 4), (named.code is not null)::integer,
           (held.code is not null)::integer
      from named full join held using (member_key, id, code)
     where named.code is null or held.code is null
    union all
    select member_key, null, 'redemption ' || id || ': coupon ' || right(code, 4) || ' taken back', 1, 0
      from named join held using (member_key, id, code) where ended and not is_back`,
};
