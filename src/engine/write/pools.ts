import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp } from "./columns.ts";

/** Who is put into pools and taken out of them. A batch changes a pool, and the pool of a member, once (see decide-batch). */
export function* poolStatements({ programId, added: { poolChanges } }: DecidedBatch): Iterable<pg.QueryConfig> {
  const created = poolChanges.filter(({ action }) => action === "create");
  const put = poolChanges.filter(({ action }) => action === "create" || action === "put");
  const gone = poolChanges.filter(({ action }) => action === "leave" || action === "close");
  const closed = poolChanges.filter(({ action }) => action === "close");
  if (created.length > 0) {
    yield {
      name: "insert_pools",
      text: `insert into pools (program_id, pool_id, owner_key, created_at)
             select $1, * from unnest($2::text[], $3::bigint[], $4::timestamptz[])`,
      values: [
        programId,
        ...columnsOf(
          created,
          ({ poolId }) => poolId,
          ({ memberKey }) => memberKey,
          ({ at }) => timestamp(at),
        ),
      ],
    };
  }
  if (put.length > 0) {
    yield {
      name: "upsert_pool_members",
      text: `insert into pool_members (program_id, member_key, pool_id, may_spend, joined_at)
             select $1, * from unnest($2::bigint[], $3::text[], $4::boolean[], $5::timestamptz[])
             on conflict (program_id, member_key) do update set may_spend = excluded.may_spend`,
      values: [
        programId,
        ...columnsOf(
          put,
          ({ memberKey }) => memberKey,
          ({ poolId }) => poolId,
          ({ maySpend }) => maySpend,
          ({ at }) => timestamp(at),
        ),
      ],
    };
  }
  if (gone.length > 0) {
    yield {
      name: "delete_pool_members",
      text: "delete from pool_members where program_id = $1 and member_key = any($2::bigint[])",
      values: [programId, gone.map(({ memberKey }) => memberKey)],
    };
  }
  if (closed.length > 0) {
    yield {
      name: "delete_pools",
      text: "delete from pools where program_id = $1 and pool_id = any($2::text[])",
      values: [programId, closed.map(({ poolId }) => poolId)],
    };
  }
}
