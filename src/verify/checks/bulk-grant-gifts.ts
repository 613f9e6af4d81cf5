import { PROGRAM_ACCOUNTS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/** Each member whom a bulk grant has reached got what it gives, once, also where the member was merged since; and nobody else got anything of it. */
export const bulkGrantGifts: MemberCheck = {
  name: "bulk_grant_gift",
  sql: `
    with reached as (
      select m.member_key, m.grant_id as id, g.gives
        from ${countedFor("bulk_grant_members", "grant_id, refused")} m join bulk_grants g on g.program_id = $1 and g.grant_id = m.grant_id
       where m.refused is null
    ), points as (
      select reached.member_key, reached.id, wallets.wallet, sum((gives -> 'points' ->> 'points')::numeric) as points
        from reached left join wallets on wallets.program_id = $1 and wallets.id = gives -> 'points' ->> 'wallet'
       where gives -> 'points' is not null
       group by reached.member_key, reached.id, wallets.wallet
    ), moved as (
      select member_key, source_id as id, wallet, sum(points) as points
        from ${countedFor("entries", "wallet, source_kind, source_id, from_account, points")} entries
       where source_kind = ${SOURCE_KINDS.bulk_grant} and from_account = ${PROGRAM_ACCOUNTS.adjusted}
       group by member_key, source_id, wallet
    ), coupons_of_grants as (
      select member_key, source_id as id, coupon, count(*) as n from coupons
       where ${inRange("coupons")} and cause = 'bulk_grant' group by member_key, source_id, coupon
    ), coupons_said as (
      select member_key, id, gives ->> 'coupon' as coupon, count(*) as n
        from reached where gives ->> 'coupon' is not null group by member_key, id, 3
    )
    select member_key, wallet, 'bulk grant ' || id || ': points' as subject, coalesce(points.points, 0) as expected,
           coalesce(moved.points, 0) as actual
      from points full join moved using (member_key, id, wallet)
     where coalesce(points.points, 0) <> coalesce(moved.points, 0)
    union all
    select member_key, null::smallint, 'bulk grant ' || id || ': coupons ' || coupon, coalesce(said.n, 0), coalesce(held.n, 0)
      from coupons_said said full join coupons_of_grants held using (member_key, id, coupon)
     where coalesce(said.n, 0) <> coalesce(held.n, 0)`,
};
