import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { REQUEST_KINDS } from "../core/request-kinds.ts";
import type { MergeView } from "./commands.ts";

type Row = { answer: MergeView; undone_at: Date | null; undo_reason: string | null; undo_actor: string | null };

/** The key of the member who was merged. Errors: merge_not_found. */
export async function findMergedKey(tx: pg.ClientBase, programId: number, mergeId: string): Promise<number> {
  const { rows } = await tx.query<{ from_key: number }>({
    name: "find_merged_key",
    text: `select g.from_key from directory d
             join merges g on g.program_id = d.program_id and g.member_key = d.member_key and g.merge_id = d.id
            where d.program_id = $1 and d.kind = $2 and d.id = $3`,
    values: [programId, REQUEST_KINDS.merge, mergeId],
  });
  const [row] = rows;
  if (row === undefined) throw new LoyaltyError("merge_not_found", { mergeId });
  return row.from_key;
}

/**
 * A merge as it was answered, and whether it stands.
 * Errors: merge_not_found.
 */
export async function findMerge(tx: pg.ClientBase, programId: number, mergeId: string): Promise<MergeView> {
  const { rows } = await tx.query<Row>({
    name: "find_merge",
    text: `select c.answer, g.undone_at, g.undo_reason, g.undo_actor
             from directory d
             join commands c on c.program_id = d.program_id and c.member_key = d.member_key and c.kind = d.kind and c.id = d.id
             join merges g on g.program_id = d.program_id and g.member_key = d.member_key and g.merge_id = d.id
            where d.program_id = $1 and d.kind = $2 and d.id = $3`,
    values: [programId, REQUEST_KINDS.merge, mergeId],
  });
  const [row] = rows;
  if (row === undefined) throw new LoyaltyError("merge_not_found", { mergeId });
  const { answer, undone_at: at, undo_reason: reason, undo_actor: actor } = row;
  return { ...answer, undone: at === null || reason === null ? null : { at: at.toISOString(), reason, actor } };
}
