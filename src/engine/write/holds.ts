import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp, timestampOrNull } from "./columns.ts";

/** The holds that a batch has opened and resolved. */
export function* holdStatements({ programId, touched }: DecidedBatch): Iterable<pg.QueryConfig> {
  const rows = [...touched.values()].flatMap(({ state, holds }) =>
    [...holds].flatMap((id) => {
      const hold = state.holds.get(id);
      return hold === undefined ? [] : [{ memberKey: state.key, hold }];
    }),
  );
  if (rows.length === 0) return;
  yield {
    name: "upsert_holds",
    text: `insert into holds (program_id, member_key, hold_id, wallet, points, captured, status, reason, created_at, expires_at, resolved_at, uses)
           select $1, * from unnest($2::bigint[], $3::text[], $4::smallint[], $5::bigint[], $6::bigint[], $7::text[], $8::text[],
                                    $9::timestamptz[], $10::timestamptz[], $11::timestamptz[], $12::json[])
           on conflict (program_id, member_key, hold_id)
           do update set captured = excluded.captured, status = excluded.status, resolved_at = excluded.resolved_at`,
    values: [
      programId,
      ...columnsOf(
        rows,
        ({ memberKey }) => memberKey,
        ({ hold }) => hold.id,
        ({ hold }) => hold.wallet,
        ({ hold }) => hold.points,
        ({ hold }) => hold.captured,
        ({ hold }) => hold.status,
        ({ hold }) => hold.reason,
        ({ hold }) => timestamp(hold.createdAt),
        ({ hold }) => timestamp(hold.expiresAt),
        ({ hold }) => timestampOrNull(hold.resolvedAt),
        ({ hold }) => JSON.stringify(hold.uses),
      ),
    ],
  };
}
