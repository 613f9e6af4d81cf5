import type pg from "pg";
import { lookUpIfAny } from "../db/look-ups.ts";
import type { OrderState } from "../orders/order-state.ts";
import type { MemberRange } from "./member-ranges.ts";

/** What an order's lots of one wallet and rule hold together. `fromPlacing`: they were granted when the order was placed. */
export type OrderLots = { wallet: string; rule: string | null; granted: number; clawedBack: number; expired: number; fromPlacing: boolean };

/** What an order was paid with in points, as its row says. */
export type VerifiedPayment = { wallet: string; points: number; amount: number; pointsBack: number; amountBack: number };

/** An order with what its points became. */
export type VerifiedOrder = Pick<OrderState, "cart" | "decision" | "returned" | "status"> & {
  memberKey: string;
  member: string;
  id: string;
  countedAt: Date | null;
  lots: OrderLots[];
  /** Points that returns would have taken back and nobody pays. */
  writtenOff: number;
  paid: VerifiedPayment | null;
};

const PAGE = 200;

const SELECT = `
  select orders.member_key::text as "memberKey", coalesce(members.id, '#' || orders.member_key) as member, orders.order_id as id, orders.status,
         orders.counted_at as "countedAt", orders.cart, orders.decision, orders.returned,
         coalesce((
           select json_agg(own) from (
             select coalesce(wallets.id, '#' || lots.wallet) as wallet, lots.rule, sum(lots.granted)::bigint as granted, sum(lots.clawed_back)::bigint as "clawedBack",
                    sum(lots.expired)::bigint as expired, bool_and(lots.source_kind = $6) as "fromPlacing"
               from lots left join wallets on wallets.program_id = $1 and wallets.wallet = lots.wallet
              where lots.program_id = $1 and lots.member_key = orders.member_key and lots.seq = any(orders.lots)
              group by lots.wallet, wallets.id, lots.rule) as own), '[]') as lots,
         coalesce((
           select sum((clawback ->> 'writtenOff')::bigint)
             from returns cross join lateral json_array_elements(returns.answer -> 'clawedBack') as clawback
            where returns.program_id = $1 and returns.member_key = orders.member_key and returns.order_id = orders.order_id), 0)::float8 as "writtenOff",
         (select json_build_object('wallet', coalesce(wallets.id, '#' || p.wallet), 'points', p.points, 'amount', p.amount,
                                   'pointsBack', p.points_back, 'amountBack', p.amount_back)
            from order_payments p left join wallets on wallets.program_id = $1 and wallets.wallet = p.wallet
           where p.program_id = $1 and p.member_key = orders.member_key and p.order_id = orders.order_id) as paid
    from orders ${lookUpIfAny("members", "members", "member_key = orders.member_key")}
   where orders.program_id = $1 and orders.member_key <= $3
     and (orders.member_key, orders.order_id) > ($2::bigint, $4::text)
   order by orders.member_key, orders.order_id
   limit $5`;

/** The orders of a range of members, page by page: a cart and its decision are large. */
export async function* ordersOf(
  client: pg.ClientBase,
  programId: number,
  range: MemberRange,
  orderSource: number,
): AsyncGenerator<VerifiedOrder> {
  // No order id is empty, so the first page starts with the first member's first order.
  let after = { memberKey: range.from, id: "" };
  for (;;) {
    const { rows } = await client.query<VerifiedOrder>({
      name: "verify_orders",
      text: SELECT,
      values: [programId, after.memberKey, range.to, after.id, PAGE, orderSource],
    });
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last;
  }
}
