import type pg from "pg";
import type { MergedLot } from "../../merges/merge.ts";
import type { DecidedBatch } from "../batch-rows.ts";
import { columnsOf, timestamp } from "./columns.ts";

/**
 * Merges of a batch, and those that it undoes: after all other rows, since what goes along by its key changes hands as it stands then.
 * A member is in one of them at most (see decide-batch).
 */
export function* mergeStatements({ programId, added: { mergedLots, merges, unmerges } }: DecidedBatch): Iterable<pg.QueryConfig> {
  if (mergedLots.length > 0) yield insertMergedLots(programId, mergedLots);
  for (const { memberKey, id, fromKey, mergedAt, reason, actor, effects, lots } of merges) {
    yield {
      name: "insert_merge",
      text: `insert into merges (program_id, member_key, merge_id, from_key, merged_at, reason, actor, effects, moved)
             select $1, $2, $3, $4, $5, $6, $7, $8, loyalty_move_rows($4, $2, null, $9, $10)`,
      values: [programId, memberKey, id, fromKey, timestamp(mergedAt), reason, actor, JSON.stringify(effects), ...numbersOf(lots)],
    };
    yield movePayments(programId, { memberKey, id }, { from: fromKey, to: memberKey }, numbersOf(lots));
  }
  for (const { memberKey, id, fromKey, undoneAt, reason, actor, lots } of unmerges) {
    const [from, to] = numbersOf(lots);
    yield {
      name: "undo_merge",
      text: `update merges set undone_at = $4, undo_reason = $5, undo_actor = $6
              where program_id = $1 and member_key = $2 and merge_id = $3`,
      values: [programId, memberKey, id, timestamp(undoneAt), reason, actor],
    };
    yield {
      name: "move_rows_back",
      text: `select loyalty_move_rows($2, $3, moved, $5, $6) from merges where program_id = $1 and member_key = $2 and merge_id = $4`,
      values: [programId, memberKey, fromKey, id, to, from],
    };
    yield movePayments(programId, { memberKey, id }, { from: memberKey, to: fromKey }, [to, from]);
  }
}

/** What the orders of a merge are paid with goes along with them: the row of the merge says which they are. */
const movePayments = (
  programId: number,
  merge: { memberKey: number; id: string },
  { from, to }: { from: number; to: number },
  [fromLots, toLots]: [number[], number[]],
): pg.QueryConfig => ({
  name: "move_payments",
  text: `update order_payments p
            set member_key = $5, lots = loyalty_renumber_all(p.lots, $6, $7),
                uses = loyalty_renumber_paid(json_build_array(json_build_object('uses', p.uses)), $6, $7) -> 0 -> 'uses'
           from merges m
          where m.program_id = $1 and m.member_key = $2 and m.merge_id = $3
            and p.program_id = $1 and p.member_key = $4 and p.order_id = any (array(select json_array_elements_text(m.moved -> 'orders')))`,
  values: [programId, merge.memberKey, merge.id, from, to, fromLots, toLots],
});

/** The numbers of lots at the source, and those at the target, in the same order. */
const numbersOf = (lots: readonly MergedLot[]): [number[], number[]] => [lots.map(({ fromSeq }) => fromSeq), lots.map(({ seq }) => seq)];

const insertMergedLots = (programId: number, rows: DecidedBatch["added"]["mergedLots"]): pg.QueryConfig => ({
  name: "insert_merged_lots",
  text: `insert into merged_lots (program_id, member_key, seq, merge_id, from_key, from_seq, points, clawed_back, expired)
         select $1, * from unnest($2::bigint[], $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])`,
  values: [
    programId,
    ...columnsOf(
      rows,
      ({ memberKey }) => memberKey,
      ({ seq }) => seq,
      ({ mergeId }) => mergeId,
      ({ fromKey }) => fromKey,
      ({ fromSeq }) => fromSeq,
      ({ points }) => points,
      ({ clawedBack }) => clawedBack,
      ({ expired }) => expired,
    ),
  ],
});
