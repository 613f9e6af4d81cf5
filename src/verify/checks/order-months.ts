import { inRange, type MemberCheck } from "./member-check.ts";

/** A month is marked as one with an order exactly while an order of it counts. */
export const orderMonths: MemberCheck = {
  name: "order_month",
  sql: `
    with marked as (
      select member_key, day, amount from activity where ${inRange("activity")} and metric = 'order_months'
    )
    select marked.member_key, null::smallint as wallet, 'order_months on ' || marked.day as subject,
           case when coalesce(sum(activity.amount), 0) > 0 then 1 else 0 end as expected, marked.amount as actual
      from marked
      left join activity on activity.program_id = $1 and activity.member_key = marked.member_key and activity.metric = 'orders'
       and activity.day >= marked.day and activity.day < marked.day + interval '1 month'
     group by marked.member_key, marked.day, marked.amount
    having marked.amount <> case when coalesce(sum(activity.amount), 0) > 0 then 1 else 0 end
        or extract(day from marked.day) <> 1`,
};
