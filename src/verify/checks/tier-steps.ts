import { inRange, type MemberCheck } from "./member-check.ts";

/** Each change in a member's history, up or down, begins at the tier to which the one before it led; the first begins at none. */
export const tierSteps: MemberCheck = {
  name: "tier_step",
  sql: `
    select member_key, null::smallint as wallet, 'change to ' || to_tier || ' on ' || occurred_at as subject,
           coalesce(before, 'none') as expected, coalesce(from_tier, 'none') as actual
      from (
        select member_key, version, n, from_tier, to_tier, occurred_at,
               lag(to_tier) over (partition by member_key order by version, n) as before
          from tier_changes where ${inRange("tier_changes")}) as steps
     where from_tier is distinct from before`,
};
