import type pg from "pg";
import type { MemberState } from "../members/member-state.ts";
import { type BulkGrantRow, holdBulkGrants, type ReachedRow, selectReached } from "./load/bulk-grants.ts";
import type { PlannedJob } from "./plan.ts";

/** Loads the bulk grants that a batch names into the members whom they are for. No statement where none is named. */
export async function loadBulkGrants(
  client: pg.ClientBase,
  programId: number,
  { jobs, members }: { jobs: readonly PlannedJob[]; members: ReadonlyMap<string, MemberState> },
): Promise<void> {
  const asked = jobs.flatMap(({ memberId, requirements: { bulkGrantId } }) => {
    const state = members.get(memberId);
    return bulkGrantId === null || state === undefined ? [] : [{ state, memberKey: state.key, grantId: bulkGrantId }];
  });
  if (asked.length === 0) return;
  const [held, reached] = await Promise.all([
    client.query<BulkGrantRow>(holdBulkGrants(programId, [...new Set(asked.map(({ grantId }) => grantId))])),
    client.query<ReachedRow>(selectReached(programId, asked)),
  ]);
  const grants = new Map(held.rows.map(({ grant_id: id, ...row }) => [id, { id, ...row }]));
  const known = new Set(reached.rows.map((row) => `${row.member_key} ${row.grant_id}`));
  for (const { state, memberKey, grantId } of asked) {
    const grant = grants.get(grantId);
    if (grant !== undefined) state.bulkGrants.set(grantId, { ...grant, isReached: known.has(`${memberKey} ${grantId}`) });
  }
}
