import type pg from "pg";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf } from "./columns.ts";

/**
 * Members that the batch puts on lists and takes off them. The rows of the lists are locked first, in order of their ids,
 * as by whoever changes a whole list; a list that there is not is made.
 */
export function* segmentStatements({ programId, added: { segmentChanges } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (segmentChanges.length === 0) return;
  yield {
    name: "touch_segments",
    text: `insert into segments as s (program_id, segment_id, name, created_at, changed_at)
           select $1, u.id, u.id, now(), now() from (select distinct id from unnest($2::text[]) u (id)) u order by u.id
           on conflict (program_id, segment_id) do update set changed_at = greatest(s.changed_at, excluded.changed_at)`,
    values: [programId, segmentChanges.map(({ segmentId }) => segmentId)],
  };
  // What counts is the last change of each: one statement puts and takes each pair once.
  const last = new Map(segmentChanges.map((change) => [`${change.memberKey} ${change.segmentId}`, change]));
  const added = [...last.values()].filter(({ action }) => action === "add");
  const removed = [...last.values()].filter(({ action }) => action === "remove");
  const columns = (changes: typeof added) =>
    columnsOf(
      changes,
      ({ memberKey }) => memberKey,
      ({ segmentId }) => segmentId,
    );
  if (added.length > 0) {
    yield {
      name: "insert_segment_members",
      text: `insert into segment_members (program_id, member_key, segment_id, since)
             select $1, u.member_key, u.segment_id, now() from unnest($2::bigint[], $3::text[]) u (member_key, segment_id)
             on conflict do nothing`,
      values: [programId, ...columns(added)],
    };
  }
  if (removed.length > 0) {
    yield {
      name: "delete_segment_members",
      text: `delete from segment_members s using unnest($2::bigint[], $3::text[]) u (member_key, segment_id)
              where s.program_id = $1 and s.member_key = u.member_key and s.segment_id = u.segment_id and s.member_key = any($2::bigint[])`,
      values: [programId, ...columns(removed)],
    };
  }
}
