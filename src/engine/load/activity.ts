import type pg from "pg";
import { dayToDate } from "../../core/period.ts";
import { lookUp, lookUpFirstAccount, lookUpMember } from "../../db/look-ups.ts";
import type { CompiledProgram } from "../../programs/compiled.ts";
import { windowSpanDays } from "../../tiers/windows.ts";
import type { MemberPlan } from "../plan.ts";

export type ActivityRow = { member_key: number; day: string; metric: string; amount: number };
export type TierChangeRow = { member_key: number; version: number; from_tier: string | null; to_tier: string; occurred_at: Date };

export type LookingPlan = MemberPlan & { tiers: NonNullable<MemberPlan["tiers"]> };

export const looksAtTiers = (plan: MemberPlan): plan is LookingPlan => plan.tiers !== null;

/**
 * The activity that the windows need:
 * - under another rule set than that of the running sums: all of it, to sum anew, whatever the command is about, since
 *   what is written are the sums of the rule set in force;
 * - for conditions of a quote's rule set that read other sums: all of it;
 * - for an order that comes late, also within the batch: from the longest window before its day on;
 * - else what leaves a rolling window between the day of the sums and the day of the last command: usually nothing.
 */
export function selectActivity(programId: number, plans: readonly MemberPlan[], program: CompiledProgram): pg.QueryConfig {
  const spans = program.windows.map(({ window }) => windowSpanDays(window));
  const rolling = program.windows.flatMap(({ window }) => (window.endsWith("d") ? [windowSpanDays(window)] : []));
  return {
    name: "load_activity",
    text: `select s.member_key, s.day, s.metric, s.amount
             from unnest($2::text[], $3::date[], $4::date[], $9::boolean[], $10::boolean[]) u (id, first_day, last_day, is_late, is_whole)
             ${lookUpMember("id")}
             ${lookUpFirstAccount}
            cross join lateral (select
                case when a.windows_rule_set is distinct from $5 or u.is_whole then '-infinity'::date
                     when u.first_day is null then 'infinity'::date
                     when u.first_day < a.windows_day or u.is_late then u.first_day - $6::integer
                     else a.windows_day - $7::integer end as after_day,
                case when a.windows_rule_set is distinct from $5 or u.first_day < a.windows_day or u.is_late or u.is_whole then 'infinity'::date
                     else u.last_day - $8::integer end as last_day) needed
             ${lookUp("activity", "s", "member_key = m.member_key and day > needed.after_day and day <= needed.last_day")}
            where a.windows_day is not null`,
    values: [
      programId,
      plans.map(({ id }) => id),
      plans.map(({ tiers }) => tiers && dayToDate(tiers.firstDay)),
      plans.map(({ tiers }) => tiers && dayToDate(tiers.lastDay)),
      program.version,
      Math.max(0, ...spans),
      Math.max(0, ...rolling),
      rolling.length === 0 ? NO_ROLLING_WINDOW_DAYS : Math.min(...rolling),
      plans.map(({ tiers }) => tiers?.isLate ?? false),
      plans.map(({ tiers }) => tiers?.isWhole ?? false),
    ],
  };
}

/** Longer than any window, so that nothing is loaded where nothing can leave. */
const NO_ROLLING_WINDOW_DAYS = 100_000;

/** The history of tiers of members, by their keys. */
export const selectTierChanges = (programId: number, memberKeys: readonly number[]): pg.QueryConfig => ({
  name: "load_tier_changes",
  text: `select t.member_key, t.version, t.from_tier, t.to_tier, t.occurred_at
           from tier_changes t
          where t.program_id = $1 and t.member_key = any($2::bigint[])
          order by t.version, t.n`,
  values: [programId, memberKeys],
});
