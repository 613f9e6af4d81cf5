import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp } from "./columns.ts";

/** What quotes of members hold now instead of what they held before. */
export function* reservationStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const changed = [...touched.values()].filter(({ isReservationChanged }) => isReservationChanged).map(({ state }) => state);
  if (changed.length === 0) return;
  yield {
    name: "delete_reservations",
    text: "delete from quote_reservations where program_id = $1 and member_key = any($2::bigint[])",
    values: [programId, changed.map(({ key }) => key)],
  };
  const rows = changed.flatMap(({ key: memberKey, reservation }) =>
    reservation === null ? [] : [...reservation.uses.values()].map((use) => ({ memberKey, ...reservation, ...use })),
  );
  if (rows.length === 0) return;
  yield {
    name: "insert_reservations",
    text: `insert into quote_reservations (program_id, member_key, key, period, quote_id, amount, expires_at)
           select $1, * from unnest($2::bigint[], $3::text[], $4::date[], $5::uuid[], $6::bigint[], $7::timestamptz[])`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ key }) => key,
        ({ period }) => period,
        ({ quoteId }) => quoteId,
        ({ amount }) => amount,
        ({ expiresAt }) => timestamp(expiresAt),
      ),
    ],
  };
}
