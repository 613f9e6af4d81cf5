import type pg from "pg";
import { keysOf } from "../../db/look-ups.ts";

export type SegmentRow = { member_key: number; segments: string[] };

/** The lists that members are on; read without a lock, since whoever changes a list locks no member. */
export const selectSegments = (programId: number, memberIds: string[]): pg.QueryConfig => ({
  name: "load_segments",
  text: `select member_key, array_agg(segment_id order by segment_id collate "C") as segments from segment_members
          where program_id = $1 and member_key = any(${keysOf("$2")}) group by member_key`,
  values: [programId, memberIds],
});
