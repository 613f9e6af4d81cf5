import { inRange, type MemberCheck } from "./member-check.ts";

/** Whether an activity's day lies in a window such as `spend@365d`, as of the day that the account's sums stand for. */
const IN_WINDOW = `
  case split_part(sums.key, '@', 2)
    when 'lifetime' then true
    when 'month' then date_trunc('month', activity.day::timestamp) = date_trunc('month', accounts.windows_day::timestamp)
    when 'quarter' then date_trunc('quarter', activity.day::timestamp) = date_trunc('quarter', accounts.windows_day::timestamp)
    when 'year' then date_trunc('year', activity.day::timestamp) = date_trunc('year', accounts.windows_day::timestamp)
    else activity.day <= accounts.windows_day and activity.day > accounts.windows_day - rtrim(split_part(sums.key, '@', 2), 'd')::integer
  end`;

/** The running sums that tiers look at are the sums of the member's activity over those days. */
export const tierWindows: MemberCheck = {
  name: "tier_window",
  sql: `
    select accounts.member_key, null::smallint as wallet, sums.key as subject, coalesce(sum(activity.amount), 0) as expected, sums.value as actual
      from accounts
     cross join lateral json_each_text(accounts.windows) as sums
      left join activity on activity.program_id = $1 and activity.member_key = accounts.member_key
       and activity.metric = split_part(sums.key, '@', 1) and ${IN_WINDOW}
     where ${inRange("accounts")} and accounts.wallet = 1 and accounts.windows is not null
     group by accounts.member_key, sums.key, sums.value
    having coalesce(sum(activity.amount), 0) <> sums.value::numeric`,
};
