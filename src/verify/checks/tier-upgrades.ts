import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/** How often a member has had an upgrade is what their history of tiers says, day by day. */
export const tierUpgrades: MemberCheck = {
  name: "tier_upgrade",
  sql: `
    with zone as materialized (
      select rule_sets.definition ->> 'timeZone' as name
        from programs join rule_sets on rule_sets.program_id = programs.program_id and rule_sets.version = programs.version
       where programs.program_id = $1
    ), taken as (
      select member_key, (occurred_at at time zone zone.name)::date as day, 'upgrade:' || reason as metric, count(*) as times
        from ${countedFor("tier_changes", "occurred_at, reason, cause")} as counted, zone where cause in ('purchase', 'goal')
       group by member_key, 2, 3
    ), counted as (
      select member_key, day, metric, amount from activity where ${inRange("activity")} and metric like 'upgrade:%'
    )
    select member_key, null::smallint as wallet, metric || ' on ' || day as subject,
           coalesce(taken.times, 0) as expected, coalesce(counted.amount, 0) as actual
      from counted full join taken using (member_key, day, metric)
     where coalesce(taken.times, 0) <> coalesce(counted.amount, 0)`,
};
