import type pg from "pg";
import { lookUp } from "../../db/look-ups.ts";
import { LOT_COLUMNS } from "../../ledger/rows.ts";
import type { LotUse } from "../../ledger/state.ts";
import type { OrderPayment } from "../../orders/order-state.ts";

export type PaymentRow = {
  member_key: number;
  order_id: string;
  wallet: number;
  points: number;
  amount: number;
  points_back: number;
  amount_back: number;
  uses: LotUse[];
};

type PaidOrders = readonly { memberKey: number; orderId: string }[];

const OF_ORDERS = `from unnest($2::bigint[], $3::text[]) u (member_key, order_id)
           ${lookUp("order_payments", "p", "member_key = u.member_key and order_id = u.order_id")}`;

const valuesOf = (programId: number, orders: PaidOrders) => [
  programId,
  orders.map(({ memberKey }) => memberKey),
  orders.map(({ orderId }) => orderId),
];

export const selectPayments = (programId: number, orders: PaidOrders): pg.QueryConfig => ({
  name: "load_order_payments",
  text: `select p.member_key, p.order_id, p.wallet, p.points, p.amount, p.points_back, p.amount_back, p.uses ${OF_ORDERS}`,
  values: valuesOf(programId, orders),
});

/** The lots that the points came from, spent ones too. */
export const selectPaymentLots = (programId: number, orders: PaidOrders): pg.QueryConfig => ({
  name: "load_payment_lots",
  text: `select ${LOT_COLUMNS} ${OF_ORDERS} ${lookUp("lots", "l", "member_key = u.member_key and seq = any(p.lots)")}`,
  values: valuesOf(programId, orders),
});

export const toPayment = (row: PaymentRow): OrderPayment => ({
  wallet: row.wallet,
  points: row.points,
  amount: row.amount,
  pointsBack: row.points_back,
  amountBack: row.amount_back,
  uses: row.uses,
});
