import type pg from "pg";
import type { OrderState } from "../../orders/order-state.ts";
import type { DecidedBatch, TouchedMember } from "../batch-rows.ts";
import { columnsOf, timestamp, timestampOrNull } from "./columns.ts";
import { lookUpPlace } from "./places.ts";

type OrderRow = { memberKey: number; order: OrderState };

/** Orders, returns, kept answers and events of a batch, one statement a table. */
export function* orderStatements({ programId, touched, added }: DecidedBatch): Iterable<pg.QueryConfig> {
  const orders = [...touched.values()].flatMap(touchedOrders);
  yield* newOrderStatements(
    programId,
    orders.filter(({ isNew }) => isNew),
  );
  yield* changedOrderStatements(
    programId,
    orders.filter(({ isNew }) => !isNew),
  );
  if (added.returns.length > 0) {
    yield {
      name: "insert_returns",
      text: `insert into returns (program_id, member_key, return_id, order_id, occurred_at, answer)
             select $1, * from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::json[])`,
      values: [
        programId,
        ...columnsOf(
          added.returns,
          ({ memberKey }) => memberKey,
          ({ id }) => id,
          ({ orderId }) => orderId,
          ({ occurredAt }) => timestamp(occurredAt),
          ({ answer }) => JSON.stringify(answer),
        ),
      ],
    };
  }
  if (added.commands.length > 0) {
    yield {
      name: "insert_commands",
      text: "insert into commands (program_id, member_key, kind, id, answer) select $1, * from unnest($2::bigint[], $3::smallint[], $4::text[], $5::json[])",
      values: [
        programId,
        ...columnsOf(
          added.commands,
          ({ memberKey }) => memberKey,
          ({ kind }) => kind,
          ({ id }) => id,
          ({ answer }) => JSON.stringify(answer),
        ),
      ],
    };
  }
  if (added.events.length > 0) {
    yield {
      name: "insert_events",
      text: `insert into events (program_id, member_key, version, n, type, data, occurred_at)
             select $1, * from unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::json[], $7::timestamptz[])`,
      values: [
        programId,
        ...columnsOf(
          added.events,
          ({ memberKey }) => memberKey,
          ({ version }) => version,
          ({ n }) => n,
          ({ type }) => type,
          ({ data }) => JSON.stringify(data),
          ({ occurredAt }) => timestamp(occurredAt),
        ),
      ],
    };
  }
}

function touchedOrders({ state, orders, placedOrders }: TouchedMember): (OrderRow & { isNew: boolean })[] {
  return [...orders].flatMap((id) => {
    const order = state.orders.get(id);
    return order === undefined ? [] : [{ memberKey: state.key, order, isNew: placedOrders.has(id) }];
  });
}

/** Lots as an array literal: an array of arrays of different lengths is none that Postgres takes. */
const lotsLiteral = (lots: readonly number[]): string => `{${lots.join(",")}}`;

function* newOrderStatements(programId: number, rows: readonly OrderRow[]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "insert_orders",
    text: `insert into orders (program_id, member_key, order_id, status, occurred_at, completed_at, counted_at, cancelled_at, cart, decision, answer, lots, returned)
           select $1, u.member_key, u.order_id, u.status, u.occurred_at, u.completed_at, u.counted_at, u.cancelled_at, u.cart, u.decision, u.answer, u.lots::bigint[], u.returned
             from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
                         $9::json[], $10::json[], $11::json[], $12::text[], $13::json[])
                  u (member_key, order_id, status, occurred_at, completed_at, counted_at, cancelled_at, cart, decision, answer, lots, returned)`,
    values: [programId, ...orderColumns(rows)],
  };
}

function* changedOrderStatements(programId: number, rows: readonly OrderRow[]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "update_orders",
    text: `update orders o set status = u.status, occurred_at = u.occurred_at, completed_at = u.completed_at, counted_at = u.counted_at,
                  cancelled_at = u.cancelled_at, cart = u.cart, decision = u.decision, answer = u.answer, lots = u.lots::bigint[], returned = u.returned
             from (select * from unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
                                        $9::json[], $10::json[], $11::json[], $12::text[], $13::json[])
                            s (member_key, order_id, status, occurred_at, completed_at, counted_at, cancelled_at, cart, decision, answer, lots, returned)
                   ${lookUpPlace("orders", "member_key = s.member_key and order_id = s.order_id")}) u
            where o.ctid = u.place and o.program_id = $1`,
    values: [programId, ...orderColumns(rows)],
  };
}

const orderColumns = (rows: readonly OrderRow[]): unknown[][] =>
  columnsOf(
    rows,
    ({ memberKey }) => memberKey,
    ({ order }) => order.id,
    ({ order }) => order.status,
    ({ order }) => timestamp(order.occurredAt),
    ({ order }) => timestampOrNull(order.completedAt),
    ({ order }) => timestampOrNull(order.countedAt),
    ({ order }) => timestampOrNull(order.cancelledAt),
    ({ order }) => JSON.stringify(order.cart),
    ({ order }) => JSON.stringify(order.decision),
    ({ order }) => JSON.stringify(order.answer),
    ({ order }) => lotsLiteral(order.lots),
    ({ order }) => JSON.stringify(order.returned),
  );
