import { inRange, type MemberCheck } from "./member-check.ts";

/** No open lot becomes available or expires, and no hold ends, before the account expects a change: reads would miss it. */
export const nextChange: MemberCheck = {
  name: "next_change",
  sql: `
    with due as materialized (
      select member_key, min(at) as at from (
        select member_key, least(expires_at, case when is_pending then available_at else 'infinity' end) as at
          from lots where ${inRange("lots")} and remaining > held
        union all
        select member_key, expires_at from holds where ${inRange("holds")} and status = 'open'
      ) changes group by member_key
    )
    select accounts.member_key, null::smallint as wallet, 'next_change_at' as subject, 'not after ' || due.at as expected,
           coalesce(accounts.next_change_at::text, 'never') as actual
      from accounts join due on due.member_key = accounts.member_key
     where ${inRange("accounts")} and accounts.wallet = 1 and coalesce(accounts.next_change_at, 'infinity') > due.at`,
};
