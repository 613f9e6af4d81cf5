import type pg from "pg";
import { lookUp } from "../../db/look-ups.ts";
import { LOT_COLUMNS, type StoredLot } from "../../ledger/rows.ts";
import type { MergeEffects, MovedRows } from "../../merges/merge.ts";

/** A lot with the rule set that gave it. */
export type NamedLot = StoredLot & { rule_set: number };

/** Lots that hold points, and those that orders, their payments, events and redemptions of the member name. */
export const selectNamedLots = (programId: number, memberKey: number): pg.QueryConfig => ({
  name: "load_named_lots",
  text: `select ${LOT_COLUMNS}, e.rule_set
           from (select unnest(lots) as seq from orders where program_id = $1 and member_key = $2
                 union select unnest(lots) from order_payments where program_id = $1 and member_key = $2
                 union select unnest(lots) from member_events where program_id = $1 and member_key = $2
                 union select unnest(lots) from redemptions where program_id = $1 and member_key = $2
                 union select seq from lots where program_id = $1 and member_key = $2 and remaining > 0) named
           ${lookUp("lots", "l", "member_key = $2 and seq = named.seq")}
           ${lookUp("entries", "e", "member_key = $2 and seq = named.seq")}`,
  values: [programId, memberKey],
});

export const selectOpenRedemptions = (programId: number, memberKey: number): pg.QueryConfig => ({
  name: "count_open_redemptions",
  text: "select count(*)::integer as open from redemptions where program_id = $1 and member_key = $2 and status = 'issued'",
  values: [programId, memberKey],
});

type Hashes = Record<MovedRows, string>;
export type MergeRow = { effects: MergeEffects; hashes: Hashes; hashes_now: Hashes };

export const selectMerge = (programId: number, memberKey: number, mergeId: string): pg.QueryConfig => ({
  name: "load_merge",
  text: `select effects, moved -> 'hashes' as hashes, loyalty_hash_moved(member_key, moved) as hashes_now
           from merges where program_id = $1 and member_key = $2 and merge_id = $3`,
  values: [programId, memberKey, mergeId],
});

export type MergedLotRow = { seq: number; from_key: number; from_seq: number; points: number; clawed_back: number; expired: number };

export const selectMergedLots = (programId: number, memberKey: number, mergeId: string): pg.QueryConfig => ({
  name: "load_merged_lots",
  text: `select seq, from_key, from_seq, points, clawed_back, expired
           from merged_lots where program_id = $1 and member_key = $2 and merge_id = $3 order by seq`,
  values: [programId, memberKey, mergeId],
});

/** The lots of a merge on one side: `seq` at the target, `from_seq` at the source. */
export const selectLots = (
  programId: number,
  { of, mergeOf, mergeId, side }: { of: number; mergeOf: number; mergeId: string; side: "seq" | "from_seq" },
): pg.QueryConfig => ({
  name: `load_lots_of_merge ${side}`,
  text: `select ${LOT_COLUMNS}
           from (select ${side} as seq from merged_lots where program_id = $1 and member_key = $3 and merge_id = $4) merged
           ${lookUp("lots", "l", "member_key = $2 and seq = merged.seq")}`,
  values: [programId, of, mergeOf, mergeId],
});
