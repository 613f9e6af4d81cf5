import { ENTRY_KINDS, SOURCE_KINDS } from "../../ledger/accounts.ts";
import { countedFor, inRange, type MemberCheck } from "./member-check.ts";

/**
 * What is marked as taken back on an order's lots is what its returns and its cancellation took back. Lots are looked up one by one, by
 * index (docs/adr/0004-fixed-plans.md): on tables without statistics the orders of a member were joined with all of their lots.
 */
export const orderClawbacks: MemberCheck = {
  name: "order_clawback",
  sql: `
    with taken as (
      select entries.member_key, coalesce(returns.order_id, entries.source_id) as order_id, entries.wallet, sum(entries.points) as points
        from ${countedFor("entries", "wallet, kind, points, source_kind, source_id")} as entries
        left join returns on returns.program_id = $1 and returns.member_key = entries.member_key
         and entries.source_kind = ${SOURCE_KINDS.return} and returns.return_id = entries.source_id
       where entries.kind in (${ENTRY_KINDS.clawback}, ${ENTRY_KINDS.debt_incurred})
         and entries.source_kind <> ${SOURCE_KINDS.reversal}
       group by entries.member_key, coalesce(returns.order_id, entries.source_id), entries.wallet
    ), marked as (
      select orders.member_key, orders.order_id, lots.wallet, sum(lots.clawed_back) as points
        from orders
       cross join lateral unnest(orders.lots) as own (seq)
       cross join lateral (
         select lots.wallet, lots.clawed_back from lots where program_id = $1 and member_key = orders.member_key and lots.seq = own.seq offset 0) lots
       where ${inRange("orders")} group by orders.member_key, orders.order_id, lots.wallet
    )
    select member_key, wallet, 'order ' || order_id as subject, coalesce(taken.points, 0) as expected, coalesce(marked.points, 0) as actual
      from marked full join taken using (member_key, order_id, wallet)
     where coalesce(taken.points, 0) <> coalesce(marked.points, 0)`,
};
