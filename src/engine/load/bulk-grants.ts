import type pg from "pg";
import type { BulkGrantState } from "../../bulk-grants/bulk-grant.ts";
import { lookUp } from "../../db/look-ups.ts";

export type BulkGrantRow = { grant_id: string; status: BulkGrantState["status"]; gives: BulkGrantState["gives"] };

/** Grants by their ids, held until the transaction ends: who cancels one waits for what is on its way, and what comes later sees it. */
export const holdBulkGrants = (programId: number, grantIds: readonly string[]): pg.QueryConfig => ({
  name: "hold_bulk_grants",
  text: "select grant_id, status, gives from bulk_grants where program_id = $1 and grant_id = any($2::text[]) order by grant_id for share",
  values: [programId, grantIds],
});

export type ReachedRow = { member_key: number; grant_id: string };

/** Which of these grants have reached which of these members, or given to a member who was merged into them. The members' locks protect the rows. */
export const selectReached = (programId: number, asked: readonly { memberKey: number; grantId: string }[]): pg.QueryConfig => ({
  name: "load_bulk_grant_members",
  text: `select u.member_key, u.grant_id from unnest($2::bigint[], $3::text[]) u (member_key, grant_id)
           ${lookUp("bulk_grant_members", "g", "member_key = u.member_key and grant_id = u.grant_id")}
         union
         select u.member_key, u.grant_id from unnest($2::bigint[], $3::text[]) u (member_key, grant_id)
           ${lookUp("members", "m", "alias_of = u.member_key")}
           ${lookUp("bulk_grant_members", "g", "member_key = m.member_key and grant_id = u.grant_id and refused is null")}`,
  values: [programId, asked.map(({ memberKey }) => memberKey), asked.map(({ grantId }) => grantId)],
});
