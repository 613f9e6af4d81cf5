import type pg from "pg";
import { type StoredLot, toLot } from "../ledger/rows.ts";
import type { MemberState } from "../members/member-state.ts";
import type { MergedLot, MergeEffects, MovedRows } from "../merges/merge.ts";
import {
  type MergedLotRow,
  type MergeRow,
  type NamedLot,
  selectLots,
  selectMerge,
  selectMergedLots,
  selectNamedLots,
  selectOpenRedemptions,
} from "./load/merges.ts";
import type { PlannedJob } from "./plan.ts";

type Loading = { client: pg.ClientBase; programId: number };

/** Loads what merges and their undoing need beside their members. No statement where there is none. */
export async function loadMerges(
  client: pg.ClientBase,
  programId: number,
  { jobs, members }: { jobs: readonly PlannedJob[]; members: ReadonlyMap<string, MemberState> },
): Promise<void> {
  await Promise.all(
    jobs.map(async ({ command, memberId, others: [from = ""], requirements: { mergeId } }) => {
      const target = members.get(memberId);
      const source = members.get(from);
      if (mergeId === null || target === undefined || source === undefined) return;
      if (command.kind === "merge_members") await loadMerging({ client, programId }, target, source, mergeId);
      else await loadMerged({ client, programId }, target, source, mergeId);
    }),
  );
}

/** The lots that move with the source: those that hold points, and those that an order, an event or a redemption names. */
async function loadMerging({ client, programId }: Loading, target: MemberState, source: MemberState, mergeId: string): Promise<void> {
  const [lots, redemptions] = await Promise.all([
    client.query<NamedLot>(selectNamedLots(programId, source.key)),
    client.query<{ open: number }>(selectOpenRedemptions(programId, source.key)),
  ]);
  for (const row of lots.rows) source.lots.set(row.seq, toLot(row));
  const ruleSets = new Map(lots.rows.map(({ seq, rule_set }) => [seq, rule_set]));
  target.merges.set(mergeId, { openRedemptions: redemptions.rows[0]?.open ?? 0, ruleSets, stored: null });
}

const toMergedLot = (row: MergedLotRow, mergeId: string): MergedLot => ({
  seq: row.seq,
  mergeId,
  fromKey: row.from_key,
  fromSeq: row.from_seq,
  points: row.points,
  clawedBack: row.clawed_back,
  expired: row.expired,
});

const changedRows = ({ hashes, hashes_now }: MergeRow): MovedRows[] =>
  (["orders", "coupons", "redemptions"] as const).filter((rows) => hashes[rows] !== hashes_now[rows]);

async function loadMerged({ client, programId }: Loading, target: MemberState, source: MemberState, mergeId: string): Promise<void> {
  const [merge, merged, own, former] = await Promise.all([
    client.query<MergeRow & { effects: MergeEffects }>(selectMerge(programId, target.key, mergeId)),
    client.query<MergedLotRow>(selectMergedLots(programId, target.key, mergeId)),
    client.query<StoredLot>(selectLots(programId, { of: target.key, mergeOf: target.key, mergeId, side: "seq" })),
    client.query<StoredLot>(selectLots(programId, { of: source.key, mergeOf: target.key, mergeId, side: "from_seq" })),
  ]);
  for (const row of own.rows) target.lots.set(row.seq, toLot(row));
  for (const row of former.rows) source.lots.set(row.seq, toLot(row));
  const [row] = merge.rows;
  if (row === undefined) return;
  const lots = merged.rows.map((lot) => toMergedLot(lot, mergeId));
  const stored = { effects: row.effects, lots, changed: changedRows(row) };
  target.merges.set(mergeId, { openRedemptions: 0, ruleSets: new Map(), stored });
}
