import type pg from "pg";
import type { Recipients } from "./bulk-grant.ts";
import { endBulkGrant, lockBulkGrant } from "./store.ts";

export type RunningGrant = { grant_id: string; recipients: Recipients; created_at: Date; cursor_key: number };

/** Grants that have not ended, the oldest first. */
export async function runningBulkGrants(tx: pg.ClientBase, programId: number): Promise<RunningGrant[]> {
  const { rows } = await tx.query<RunningGrant>({
    name: "running_bulk_grants",
    text: `select grant_id, recipients, created_at, cursor_key from bulk_grants
            where program_id = $1 and status = 'running' order by created_at, grant_id`,
    values: [programId],
  });
  return rows;
}

/** What became of the members of a page: `through` is the key of the last one, null where no others follow. */
export type Progress = {
  grantId: string;
  from: number;
  through: number | null;
  refused: readonly { memberKey: number; code: string }[];
  at: Date;
};

/**
 * Keeps what became of a page of members, and ends the grant after the last page. Answers false, and keeps nothing, where it has ended
 * or another process has gone on from the same place.
 */
export async function advanceBulkGrant(tx: pg.ClientBase, programId: number, progress: Progress): Promise<boolean> {
  const { grantId, from, through, refused, at } = progress;
  const { status, cursor_key: cursor } = await lockBulkGrant(tx, programId, grantId);
  if (status !== "running" || cursor !== from) return false;
  await tx.query({
    name: "insert_bulk_grant_refusals",
    text: `insert into bulk_grant_members (program_id, member_key, grant_id, refused, reached_at)
           select $1, u.member_key, $2, u.refused, $5 from unnest($3::bigint[], $4::text[]) u (member_key, refused) on conflict do nothing`,
    values: [programId, grantId, refused.map(({ memberKey }) => memberKey), refused.map(({ code }) => code), at],
  });
  if (through === null) await endBulkGrant(tx, programId, { grantId, status: "done", at });
  else {
    await tx.query({
      name: "advance_bulk_grant",
      text: "update bulk_grants set cursor_key = $3 where program_id = $1 and grant_id = $2",
      values: [programId, grantId, through],
    });
  }
  return true;
}
