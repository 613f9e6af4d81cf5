import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import type { Decision } from "../rules/decision.ts";
import type { Cart, OrderStatus, ReturnView } from "./order.ts";
import type { FirstAnswer } from "./order-state.ts";

/** What reads need of a row of `orders`. */
export type StoredOrder = {
  member_key: number;
  member_id: string;
  order_id: string;
  status: OrderStatus;
  occurred_at: Date;
  counted_at: Date | null;
  cart: Cart;
  decision: Decision;
  answer: FirstAnswer;
  /** Sequence numbers of the lots that its points went into; pg gives the items of a bigint[] as texts. */
  lots: string[];
};

const COLUMNS = "o.member_key, m.id as member_id, o.order_id, o.status, o.occurred_at, o.counted_at, o.cart, o.decision, o.answer, o.lots";

/**
 * The directory says which member an order belongs to (kind 1: src/core/request-kinds.ts).
 * Errors: order_not_found.
 */
export async function findOrder(tx: pg.ClientBase, programId: number, orderId: string): Promise<StoredOrder> {
  const { rows } = await tx.query<StoredOrder>({
    name: "find_order",
    text: `select ${COLUMNS}
             from directory d
             join orders o on o.program_id = d.program_id and o.member_key = d.member_key and o.order_id = d.id
             join members m on m.program_id = o.program_id and m.member_key = o.member_key
            where d.program_id = $1 and d.kind = 1 and d.id = $2`,
    values: [programId, orderId],
  });
  const [order] = rows;
  if (order === undefined) throw new LoyaltyError("order_not_found", { orderId });
  return order;
}

/** Orders are listed by time, then by id: the last one of a page. */
export type OrderPosition = { occurredAt: string; orderId: string };

/** Newest first, and one more where there is more. */
export async function listOrders(
  tx: pg.ClientBase,
  programId: number,
  { memberKey, before, limit }: { memberKey: number; before: OrderPosition | undefined; limit: number },
): Promise<StoredOrder[]> {
  const { rows } = await tx.query<StoredOrder>({
    name: before === undefined ? "list_orders" : "list_orders_before",
    text: `select ${COLUMNS}
             from orders o join members m on m.program_id = o.program_id and m.member_key = o.member_key
            where o.program_id = $1 and o.member_key = $2 ${before === undefined ? "" : "and (o.occurred_at, o.order_id) < ($4, $5)"}
            order by o.occurred_at desc, o.order_id desc limit $3`,
    values: [programId, memberKey, limit + 1, ...(before === undefined ? [] : [before.occurredAt, before.orderId])],
  });
  return rows;
}

/** What an order shows of the lots that its points went into. */
export type OrderLot = {
  seq: number;
  wallet: number;
  rule: string | null;
  granted: number;
  is_pending: boolean;
  available_at: Date | number;
  expires_at: Date | number;
};

/** The lots of one member's orders or events. */
export async function selectOrderLots(
  tx: pg.ClientBase,
  programId: number,
  orders: readonly Pick<StoredOrder, "member_key" | "lots">[],
): Promise<Map<number, OrderLot>> {
  const [first] = orders;
  const seqs = orders.flatMap(({ lots }) => lots);
  if (first === undefined || seqs.length === 0) return new Map();
  const { rows } = await tx.query<OrderLot>({
    name: "select_order_lots",
    text: `select seq, wallet, rule, granted, is_pending, available_at, expires_at
             from lots where program_id = $1 and member_key = $2 and seq = any($3::bigint[])`,
    values: [programId, first.member_key, seqs],
  });
  return new Map(rows.map((lot) => [lot.seq, lot]));
}

/** What each return answered, oldest first. */
export async function listReturns(tx: pg.ClientBase, programId: number, order: StoredOrder): Promise<ReturnView[]> {
  const { rows } = await tx.query<{ answer: ReturnView }>({
    name: "list_returns",
    text: "select answer from returns where program_id = $1 and member_key = $2 and order_id = $3 order by occurred_at, recorded_at, return_id",
    values: [programId, order.member_key, order.order_id],
  });
  return rows.map(({ answer }) => answer);
}
