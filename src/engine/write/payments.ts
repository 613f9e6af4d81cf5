import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, jsonColumn, lotsLiteral } from "./columns.ts";

/** The points that touched orders are paid with, in one statement; none where no order is. */
export function* paymentStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const rows = [...touched.values()].flatMap(({ state, orders }) =>
    [...orders].flatMap((orderId) => {
      const payment = state.orders.get(orderId)?.payment ?? null;
      return payment === null ? [] : [{ memberKey: state.key, orderId, payment }];
    }),
  );
  if (rows.length === 0) return;
  yield {
    name: "upsert_order_payments",
    text: `insert into order_payments (program_id, member_key, order_id, wallet, points, amount, points_back, amount_back, lots, uses)
           select $1, u.member_key, u.order_id, u.wallet, u.points, u.amount, u.points_back, u.amount_back, u.lots::bigint[], u.uses
             from rows from (unnest($2::bigint[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::text[]),
                             json_array_elements($10::json))
                  u (member_key, order_id, wallet, points, amount, points_back, amount_back, lots, uses)
           on conflict (program_id, member_key, order_id) do update
              set wallet = excluded.wallet, points = excluded.points, amount = excluded.amount, points_back = excluded.points_back,
                  amount_back = excluded.amount_back, lots = excluded.lots, uses = excluded.uses`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ orderId }) => orderId,
        ({ payment }) => payment.wallet,
        ({ payment }) => payment.points,
        ({ payment }) => payment.amount,
        ({ payment }) => payment.pointsBack,
        ({ payment }) => payment.amountBack,
        ({ payment }) => lotsLiteral(payment.uses.map(({ lot }) => lot)),
      ),
      jsonColumn(rows, ({ payment }) => payment.uses),
    ],
  };
}
