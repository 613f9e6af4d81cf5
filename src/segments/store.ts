import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";

/** A list of members, with how many there are on it. */
export type SegmentRow = { segment_id: string; name: string; member_count: number; created_at: Date; changed_at: Date };
export type ListedMember = { member_key: number; id: string; since: Date };

const SELECT_SEGMENTS = `
  select s.segment_id, s.name, s.created_at, s.changed_at,
         (select count(*)::integer from segment_members m where m.program_id = s.program_id and m.segment_id = s.segment_id) as member_count
    from segments s where s.program_id = $1`;

/** Errors: segment_not_found. */
export async function findSegment(tx: pg.ClientBase, programId: number, segmentId: string): Promise<SegmentRow> {
  const { rows } = await tx.query<SegmentRow>({
    name: "find_segment",
    text: `${SELECT_SEGMENTS} and s.segment_id = $2`,
    values: [programId, segmentId],
  });
  const [segment] = rows;
  if (segment === undefined) throw new LoyaltyError("segment_not_found", { segmentId });
  return segment;
}

/** In order of their ids, from after `after` on. */
export async function listSegments(
  tx: pg.ClientBase,
  programId: number,
  { after, limit }: { after: string; limit: number },
): Promise<SegmentRow[]> {
  const { rows } = await tx.query<SegmentRow>({
    name: "list_segments",
    text: `${SELECT_SEGMENTS} and s.segment_id > $2 order by s.segment_id limit $3`,
    values: [programId, after, limit],
  });
  return rows;
}

/** In the order in which the members joined the program. */
export async function listSegmentMembers(
  tx: pg.ClientBase,
  programId: number,
  { segmentId, after, limit }: { segmentId: string; after: number; limit: number },
): Promise<ListedMember[]> {
  const { rows } = await tx.query<ListedMember>({
    name: "list_segment_members",
    text: `select s.member_key, m.id, s.since from segment_members s
             join members m on m.program_id = s.program_id and m.member_key = s.member_key
            where s.program_id = $1 and s.segment_id = $2 and s.member_key > $3 order by s.member_key limit $4`,
    values: [programId, segmentId, after, limit],
  });
  return rows;
}

/** Makes the list or renames it, and holds its row: whoever else changes the list waits. */
export async function putSegmentRow(
  tx: pg.ClientBase,
  programId: number,
  { segmentId, name, at }: { segmentId: string; name: string; at: Date },
): Promise<void> {
  await tx.query({
    name: "put_segment",
    text: `insert into segments as s (program_id, segment_id, name, created_at, changed_at) values ($1, $2, $3, $4, $4)
           on conflict (program_id, segment_id) do update set name = excluded.name, changed_at = excluded.changed_at`,
    values: [programId, segmentId, name, at],
  });
}

/** Holds the row of a list that there is. Errors: segment_not_found. */
export async function lockSegment(tx: pg.ClientBase, programId: number, segmentId: string, at: Date): Promise<void> {
  const { rowCount } = await tx.query({
    name: "lock_segment",
    text: "update segments set changed_at = $3 where program_id = $1 and segment_id = $2",
    values: [programId, segmentId, at],
  });
  if (rowCount === 0) throw new LoyaltyError("segment_not_found", { segmentId });
}

/** The keys of the members that ids stand for, by id; ids of nobody are missing. */
export async function memberKeysOf(tx: pg.ClientBase, programId: number, memberIds: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ id: string; member_key: number }>({
    name: "find_member_keys",
    text: `select id, coalesce(alias_of, member_key) as member_key from members
            where program_id = $1 and id = any($2::text[]) and status not in ('placeholder', 'erased')`,
    values: [programId, memberIds],
  });
  return new Map(rows.map(({ id, member_key }) => [id, member_key]));
}

/** Members that are on the list already stay since when they were. Answers how many were not. */
export async function addToSegment(
  tx: pg.ClientBase,
  programId: number,
  { segmentId, keys, at }: { segmentId: string; keys: readonly number[]; at: Date },
): Promise<number> {
  const { rowCount } = await tx.query({
    name: "add_to_segment",
    text: `insert into segment_members (program_id, member_key, segment_id, since)
           select $1, u.key, $2, $4 from unnest($3::bigint[]) u (key) on conflict do nothing`,
    values: [programId, segmentId, keys, at],
  });
  return rowCount ?? 0;
}

/** Answers how many were on the list. */
export async function removeFromSegment(
  tx: pg.ClientBase,
  programId: number,
  { segmentId, keys }: { segmentId: string; keys: readonly number[] },
): Promise<number> {
  const { rowCount } = await tx.query({
    name: "remove_from_segment",
    text: "delete from segment_members where program_id = $1 and segment_id = $2 and member_key = any($3::bigint[])",
    values: [programId, segmentId, keys],
  });
  return rowCount ?? 0;
}

/** Takes everybody off the list but for some. Answers how many that were. */
export async function keepInSegment(
  tx: pg.ClientBase,
  programId: number,
  { segmentId, keys }: { segmentId: string; keys: readonly number[] },
): Promise<number> {
  const { rowCount } = await tx.query({
    name: "keep_in_segment",
    text: "delete from segment_members where program_id = $1 and segment_id = $2 and member_key <> all($3::bigint[])",
    values: [programId, segmentId, keys],
  });
  return rowCount ?? 0;
}

/** Takes everybody off the list and the list away. */
export async function deleteSegment(tx: pg.ClientBase, programId: number, segmentId: string): Promise<void> {
  await tx.query("delete from segment_members where program_id = $1 and segment_id = $2", [programId, segmentId]);
  await tx.query("delete from segments where program_id = $1 and segment_id = $2", [programId, segmentId]);
}
