import { inRange, type MemberCheck } from "./member-check.ts";

/** Tables whose rows change hands in a merge, each with what of them counts. */
const MOVED = {
  orders: "true",
  returns: "true",
  member_events: "true",
  coupons: "true",
  redemptions: "true",
  holds: "true",
  segment_members: "true",
  tier_reviews: "true",
  pool_members: "true",
  activity: "amount <> 0",
  counters: "used <> 0",
};

const leftBehind = ([table, counts]: [string, string]): string => `
  select members.member_key, null::smallint as wallet, 'rows of ${table}' as subject, '0' as expected, count(*)::text as actual
    from members join ${table} on ${table}.program_id = $1 and ${table}.member_key = members.member_key and ${counts}
   where ${inRange("members")} and members.alias_of is not null group by members.member_key`;

const COLUMNS = ["available", "pending", "held", "debt", "accrued_total", "clawed_back_total", "redeemed_total", "expired_total"];

/**
 * An alias stands for a member of their own, by a merge that stands; nothing is left with it. Who was merged by a merge that stands is
 * an alias.
 */
export const mergedMembers: MemberCheck = {
  name: "merged_member",
  sql: `
    select members.member_key, null::smallint as wallet, 'stands for' as subject, 'a member of their own' as expected,
           case when target.member_key is null then 'nobody' else 'an alias' end as actual
      from members left join members target on target.program_id = $1 and target.member_key = members.alias_of
     where ${inRange("members")} and members.alias_of is not null and (target.member_key is null or target.alias_of is not null)
    union all
    select members.member_key, null, 'merges that stand', (members.alias_of is not null)::integer::text, count(merges.merge_id)::text
      from members left join merges on merges.program_id = $1 and merges.from_key = members.member_key and merges.undone_at is null
     where ${inRange("members")} group by members.member_key, members.alias_of
    having count(merges.merge_id) <> (members.alias_of is not null)::integer
    union all
    select accounts.member_key, accounts.wallet, part.subject, '0', part.actual::text
      from accounts join members on members.program_id = $1 and members.member_key = accounts.member_key and members.alias_of is not null
     cross join lateral (values ${COLUMNS.map((column) => `('${column}', accounts.${column})`).join(", ")}) as part (subject, actual)
     where ${inRange("accounts")} and part.actual <> 0
    union all
    ${Object.entries(MOVED).map(leftBehind).join(" union all ")}`,
};
