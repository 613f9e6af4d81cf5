import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp } from "./columns.ts";

/** Members whom a bulk grant has given something: the row keeps it from giving twice. */
export function* bulkGrantStatements({ programId, added: { bulkGrants } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (bulkGrants.length === 0) return;
  yield {
    name: "insert_bulk_grant_members",
    text: `insert into bulk_grant_members (program_id, member_key, grant_id, reached_at)
           select $1, * from unnest($2::bigint[], $3::text[], $4::timestamptz[])`,
    values: [
      programId,
      ...columnsOf(
        bulkGrants,
        ({ memberKey }) => memberKey,
        ({ grantId }) => grantId,
        ({ at }) => timestamp(at),
      ),
    ],
  };
}
