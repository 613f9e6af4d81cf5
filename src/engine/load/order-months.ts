import type pg from "pg";
import { calendarRange, dayToDate } from "../../core/period.ts";
import { lookUp, lookUpMember } from "../../db/look-ups.ts";
import type { MemberPlan } from "../plan.ts";

const ROWS = "select s.member_key, s.day, s.metric, s.amount";
const METRICS = "s.metric in ('orders', 'order_months')";

/** The orders of the local months in which tiers are looked at: whether an order is the first of its month. */
export const selectMonthsOfLooks = (
  programId: number,
  plans: readonly (MemberPlan & { tiers: NonNullable<MemberPlan["tiers"]> })[],
): pg.QueryConfig => ({
  name: "load_months_of_looks",
  text: `${ROWS} from unnest($2::text[], $3::date[], $4::date[]) u (id, from_day, to_day)
           ${lookUpMember("id")}
           ${lookUp("activity", "s", "member_key = m.member_key and day >= u.from_day and day < u.to_day")}
          where ${METRICS}`,
  values: [
    programId,
    plans.map(({ id }) => id),
    plans.map(({ tiers }) => dayToDate(calendarRange(tiers.firstDay, "month").from)),
    plans.map(({ tiers }) => dayToDate(calendarRange(tiers.lastDay, "month").to)),
  ],
});

/** The orders of the local months in which these orders counted: whether a return takes the last one back. */
export const selectMonthsOfOrders = (programId: number, memberIds: string[], orderIds: string[], zone: string): pg.QueryConfig => ({
  name: "load_months_of_orders",
  text: `${ROWS} from unnest($2::text[], $3::text[]) u (member_id, order_id)
           ${lookUpMember("member_id")}
           ${lookUp("orders", "o", "member_key = m.member_key and order_id = u.order_id and counted_at is not null")}
          cross join lateral (select date_trunc('month', o.counted_at at time zone $4)::date as from_day) month
           ${lookUp("activity", "s", "member_key = m.member_key and day >= month.from_day and day < month.from_day + interval '1 month'")}
          where ${METRICS}`,
  values: [programId, memberIds, orderIds, zone],
});
