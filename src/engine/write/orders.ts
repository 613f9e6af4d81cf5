import type pg from "pg";
import type { OrderState } from "../../orders/order-state.ts";
import type { DecidedBatch, TouchedMember } from "../batch-rows.ts";
import { columnsOf, jsonColumn, lotsLiteral, timestamp, timestampOrNull } from "./columns.ts";
import { memberEventStatements } from "./member-events.ts";
import { lookUpPlace } from "./places.ts";

type OrderRow = { memberKey: number; order: OrderState };

/** Orders, returns, events of members, kept answers and the outbox of a batch, one statement a table. */
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
             select $1, u.* from rows from (unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[]), json_array_elements($6::json)) u`,
      values: [
        programId,
        ...columnsOf(
          added.returns,
          ({ memberKey }) => memberKey,
          ({ id }) => id,
          ({ orderId }) => orderId,
          ({ occurredAt }) => timestamp(occurredAt),
        ),
        jsonColumn(added.returns, ({ answer }) => answer),
      ],
    };
  }
  yield* memberEventStatements(programId, added.memberEvents);
  if (added.commands.length > 0) {
    yield {
      name: "insert_commands",
      text: `insert into commands (program_id, member_key, kind, id, answer)
             select $1, u.* from rows from (unnest($2::bigint[], $3::smallint[], $4::text[]), json_array_elements($5::json)) u`,
      values: [
        programId,
        ...columnsOf(
          added.commands,
          ({ memberKey }) => memberKey,
          ({ kind }) => kind,
          ({ id }) => id,
        ),
        jsonColumn(added.commands, ({ answer }) => answer),
      ],
    };
  }
  if (added.events.length > 0) {
    yield {
      name: "insert_events",
      text: `with own as (insert into event_batches (program_id, events) values ($1, $8) returning batch)
             insert into events (program_id, batch, member_key, version, n, type, occurred_at, data)
             select $1, own.batch, u.* from own
              cross join rows from (unnest($2::bigint[], $3::bigint[], $4::smallint[], $5::text[], $6::timestamptz[]), json_array_elements($7::json)) u`,
      values: [
        programId,
        ...columnsOf(
          added.events,
          ({ memberKey }) => memberKey,
          ({ version }) => version,
          ({ n }) => n,
          ({ type }) => type,
          ({ occurredAt }) => timestamp(occurredAt),
        ),
        jsonColumn(added.events, ({ data }) => data),
        added.events.length,
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

/** The rows of `orders` as parameters $2 to $13, as the table function `s`. */
const ORDER_ROWS = `rows from (
                    unnest($2::bigint[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[], $9::text[]),
                    json_array_elements($10::json), json_array_elements($11::json), json_array_elements($12::json), json_array_elements($13::json))
                    s (member_key, order_id, status, occurred_at, completed_at, counted_at, cancelled_at, lots, cart, decision, answer, returned)`;

function* newOrderStatements(programId: number, rows: readonly OrderRow[]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "insert_orders",
    text: `insert into orders (program_id, member_key, order_id, status, occurred_at, completed_at, counted_at, cancelled_at, lots, cart, decision, answer, returned)
           select $1, s.member_key, s.order_id, s.status, s.occurred_at, s.completed_at, s.counted_at, s.cancelled_at, s.lots::bigint[], s.cart, s.decision, s.answer, s.returned
             from ${ORDER_ROWS}`,
    values: [programId, ...orderColumns(rows)],
  };
}

function* changedOrderStatements(programId: number, rows: readonly OrderRow[]): Iterable<pg.QueryConfig> {
  if (rows.length === 0) return;
  yield {
    name: "update_orders",
    text: `update orders o set status = u.status, occurred_at = u.occurred_at, completed_at = u.completed_at, counted_at = u.counted_at,
                  cancelled_at = u.cancelled_at, cart = u.cart, decision = u.decision, answer = u.answer, lots = u.lots::bigint[], returned = u.returned
             from (select * from ${ORDER_ROWS}
                   ${lookUpPlace("orders", "member_key = s.member_key and order_id = s.order_id")}) u
            where o.ctid = u.place and o.program_id = $1 and o.member_key = u.member_key`,
    values: [programId, ...orderColumns(rows)],
  };
}

const orderColumns = (rows: readonly OrderRow[]): unknown[] => [
  ...columnsOf(
    rows,
    ({ memberKey }) => memberKey,
    ({ order }) => order.id,
    ({ order }) => order.status,
    ({ order }) => timestamp(order.occurredAt),
    ({ order }) => timestampOrNull(order.completedAt),
    ({ order }) => timestampOrNull(order.countedAt),
    ({ order }) => timestampOrNull(order.cancelledAt),
    ({ order }) => lotsLiteral(order.lots),
  ),
  jsonColumn(rows, ({ order }) => order.cart),
  jsonColumn(rows, ({ order }) => order.decision),
  jsonColumn(rows, ({ order }) => order.answer),
  jsonColumn(rows, ({ order }) => order.returned),
];
