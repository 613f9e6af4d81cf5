import type pg from "pg";
import { lookUp, lookUpMember } from "../../db/look-ups.ts";
import type { Cart, OrderStatus } from "../../orders/order.ts";
import type { FirstAnswer, OrderState } from "../../orders/order-state.ts";
import type { Decision } from "../../rules/decision.ts";

export type OrderRow = {
  member_key: number;
  order_id: string;
  status: OrderStatus;
  occurred_at: Date;
  completed_at: Date | null;
  counted_at: Date | null;
  cancelled_at: Date | null;
  cart: Cart;
  decision: Decision;
  answer: FirstAnswer;
  lots: number[];
  returned: Record<string, number>;
};

export const ORDER_COLUMNS = `o.member_key, o.order_id, o.status, o.occurred_at, o.completed_at, o.counted_at, o.cancelled_at,
       o.cart, o.decision, o.answer, o.lots, o.returned`;

export const selectOrders = (programId: number, memberIds: string[], orderIds: string[]): pg.QueryConfig => ({
  name: "load_orders",
  text: `select ${ORDER_COLUMNS}
           from unnest($2::text[], $3::text[]) u (member_id, order_id)
           ${lookUpMember("member_id")}
           ${lookUp("orders", "o", "member_key = m.member_key and order_id = u.order_id")}`,
  values: [programId, memberIds, orderIds],
});

/** Without its payment, which is loaded where the decision says that there is one. */
export const toOrder = (row: OrderRow): OrderState => ({
  id: row.order_id,
  status: row.status,
  occurredAt: row.occurred_at.getTime(),
  completedAt: row.completed_at?.getTime() ?? null,
  countedAt: row.counted_at?.getTime() ?? null,
  cancelledAt: row.cancelled_at?.getTime() ?? null,
  cart: row.cart,
  decision: row.decision,
  answer: row.answer,
  lots: row.lots.map(Number),
  returned: row.returned,
  payment: null,
});
