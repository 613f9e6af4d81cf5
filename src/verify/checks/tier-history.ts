import { inRange, type MemberCheck } from "./member-check.ts";

/** A member's tier is the one that the last change in their history led to, since that change. */
export const tierHistory: MemberCheck = {
  name: "tier",
  sql: `
    with latest as materialized (
      select distinct on (member_key) member_key, to_tier, occurred_at
        from tier_changes where ${inRange("tier_changes")} order by member_key, version desc, n desc
    )
    select accounts.member_key, null::smallint as wallet, part.subject, part.expected, part.actual
      from accounts left join latest on latest.member_key = accounts.member_key
     cross join lateral (values
       ('tier', coalesce(latest.to_tier, 'none'), coalesce(accounts.tier, 'none')),
       ('tier_since', coalesce(latest.occurred_at::text, 'never'), coalesce(accounts.tier_since::text, 'never'))
     ) as part (subject, expected, actual)
     where ${inRange("accounts")} and accounts.wallet = 1 and part.expected <> part.actual`,
};
