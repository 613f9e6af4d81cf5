import type pg from "pg";
import { type InputProblem, LoyaltyError } from "../core/errors.ts";
import { inProgram } from "../db/transaction.ts";
import type { ProgramContext } from "../engine/commands.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import {
  addToSegment,
  deleteSegment,
  findSegment,
  keepInSegment,
  lockSegment,
  memberKeysOf,
  putSegmentRow,
  removeFromSegment,
  type SegmentRow,
} from "./store.ts";

/** So many of the ids that nobody has are named; the rest is counted. */
const NAMED_MAX = 10;

/** A part of a list as a request sends it; `pointer` is where it stands in the body. */
type SentIds = { ids: readonly string[]; pointer: string };

/** The keys of all of these members. Errors: members_unknown with the first of the ids that nobody has. */
async function keysOf(tx: pg.ClientBase, programId: number, lists: readonly SentIds[]): Promise<number[][]> {
  const keys = await memberKeysOf(tx, programId, [...new Set(lists.flatMap(({ ids }) => ids))]);
  const unknown = lists.flatMap(({ ids, pointer }) =>
    ids.flatMap((id, index): InputProblem[] =>
      keys.has(id) ? [] : [{ pointer: `${pointer}/${index}`, code: "members_unknown", detail: `the program has no member "${id}"` }],
    ),
  );
  if (unknown.length > 0) throw new LoyaltyError("members_unknown", { unknown: unknown.length }, unknown.slice(0, NAMED_MAX));
  return lists.map(({ ids }) => [...new Set(ids)].map((id) => keys.get(id)).filter((key) => key !== undefined));
}

export type PutSegment = { segmentId: string; name: string; memberIds?: readonly string[] | undefined };

/**
 * Makes a list or changes it: its name and, where they are given, all of its members. One transaction.
 * Errors: members_unknown; nothing changes.
 */
export function putSegment(pool: pg.Pool, { programId }: ProgramContext, put: PutSegment, at: Date): Promise<SegmentRow> {
  const { segmentId, name, memberIds } = put;
  return inProgram(pool, programId, async (tx) => {
    const [keys] = memberIds === undefined ? [] : await keysOf(tx, programId, [{ ids: memberIds, pointer: "/memberIds" }]);
    await putSegmentRow(tx, programId, { segmentId, name, at });
    if (keys !== undefined) {
      const removed = await keepInSegment(tx, programId, { segmentId, keys });
      const added = await addToSegment(tx, programId, { segmentId, keys, at });
      await insertProgramEvent(tx, programId, { type: "segment.changed", data: { segmentId, added, removed }, occurredAt: at });
    } else await insertProgramEvent(tx, programId, { type: "segment.changed", data: { segmentId, added: 0, removed: 0 }, occurredAt: at });
    return findSegment(tx, programId, segmentId);
  });
}

export type SegmentChange = { segmentId: string; add: readonly string[]; remove: readonly string[] };
export type ChangedSegment = { segment: SegmentRow; added: number; removed: number };

/**
 * Puts members on a list and takes others off it. One transaction; what is so already changes nothing.
 * Errors: segment_not_found, members_unknown; nothing changes.
 */
export function changeSegment(pool: pg.Pool, { programId }: ProgramContext, change: SegmentChange, at: Date): Promise<ChangedSegment> {
  const { segmentId, add, remove } = change;
  return inProgram(pool, programId, async (tx) => {
    await lockSegment(tx, programId, segmentId, at);
    const [toAdd = [], toRemove = []] = await keysOf(tx, programId, [
      { ids: add, pointer: "/add" },
      { ids: remove, pointer: "/remove" },
    ]);
    const removed = await removeFromSegment(tx, programId, { segmentId, keys: toRemove });
    const added = await addToSegment(tx, programId, { segmentId, keys: toAdd, at });
    if (added + removed > 0) {
      await insertProgramEvent(tx, programId, { type: "segment.changed", data: { segmentId, added, removed }, occurredAt: at });
    }
    return { segment: await findSegment(tx, programId, segmentId), added, removed };
  });
}

/** Errors: segment_not_found. */
export function dropSegment(pool: pg.Pool, { programId }: ProgramContext, segmentId: string, at: Date): Promise<void> {
  return inProgram(pool, programId, async (tx) => {
    await lockSegment(tx, programId, segmentId, at);
    await deleteSegment(tx, programId, segmentId);
    await insertProgramEvent(tx, programId, { type: "segment.deleted", data: { segmentId }, occurredAt: at });
  });
}
