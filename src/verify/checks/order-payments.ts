import { ENTRY_KINDS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

const { redemption, give_back } = ENTRY_KINDS;
const { order, return: returned, cancel } = SOURCE_KINDS;

/**
 * The points that an order is paid with are what the ledger took for it, less what it gave back when a revision paid anew; what
 * returns and a cancellation gave back is what the ledger gave back for them.
 */
export const orderPayments: MemberCheck = {
  name: "order_payment_points",
  sql: `
    with said as (
      select member_key, order_id, wallet, points, points_back from order_payments where ${inRange("order_payments")}
    ), moved as (
      select entries.member_key, coalesce(returns.order_id, entries.source_id) as order_id, entries.wallet,
             coalesce(sum(case entries.kind when ${redemption} then entries.points else -entries.points end)
                      filter (where entries.source_kind = ${order}), 0) as points,
             coalesce(sum(entries.points) filter (where entries.source_kind <> ${order}), 0) as points_back
        from ${countedFor("entries", "wallet, kind, points, source_kind, source_id")} as entries
        left join returns on returns.program_id = $1 and returns.member_key = entries.member_key
         and entries.source_kind = ${returned} and returns.return_id = entries.source_id
       where entries.kind in (${redemption}, ${give_back})
         and entries.source_kind in (${order}, ${returned}, ${cancel})
       group by entries.member_key, coalesce(returns.order_id, entries.source_id), entries.wallet
    )
    select member_key, wallet, 'order ' || order_id || ': ' || part.subject as subject, part.expected, part.actual
      from said full join moved using (member_key, order_id, wallet)
     cross join lateral (values
       ('points paid', coalesce(moved.points, 0), coalesce(said.points, 0)),
       ('points given back', coalesce(moved.points_back, 0), coalesce(said.points_back, 0))) as part (subject, expected, actual)
     where part.expected <> part.actual`,
};
