import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import type { BulkGift, BulkGrantStatus, Recipients } from "./bulk-grant.ts";

export type BulkGrantRow = {
  grant_id: string;
  hash: string;
  status: BulkGrantStatus;
  reason: string;
  actor: string;
  recipients: Recipients;
  gives: BulkGift;
  created_at: Date;
  cursor_key: number;
  ended_at: Date | null;
  /** Members, counted while it runs. */
  granted: number;
  refused: number;
};

/** What becomes of a grant's members. Those who got something are many: counted by an index of their own. */
const count = (isRefused: "is null" | "is not null") => `(
         select count(*) from bulk_grant_members m
          where m.program_id = g.program_id and m.grant_id = g.grant_id and m.refused ${isRefused})`;

const SELECT = `
  select g.grant_id, g.hash, g.status, g.reason, g.actor, g.recipients, g.gives, g.created_at, g.cursor_key, g.ended_at,
         coalesce(g.granted, ${count("is null")}) as granted, coalesce(g.refused, ${count("is not null")}) as refused
    from bulk_grants g where g.program_id = $1`;

export type NewBulkGrant = {
  id: string;
  hash: string;
  reason: string;
  actor: string;
  keyId: string;
  recipients: Recipients;
  gives: BulkGift;
  at: Date;
};

/** Answers whether it is new: of two at once one is, and the other waits for it. */
export async function insertBulkGrant(tx: pg.ClientBase, programId: number, grant: NewBulkGrant): Promise<boolean> {
  const { id, hash, reason, actor, keyId, recipients, gives, at } = grant;
  const { rowCount } = await tx.query({
    name: "insert_bulk_grant",
    text: `insert into bulk_grants (program_id, grant_id, hash, status, reason, actor, key_id, recipients, gives, created_at)
           values ($1, $2, $3, 'running', $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    values: [programId, id, hash, reason, actor, keyId, JSON.stringify(recipients), JSON.stringify(gives), at],
  });
  return rowCount === 1;
}

/** Errors: bulk_grant_not_found. */
export async function findBulkGrant(tx: pg.ClientBase, programId: number, grantId: string): Promise<BulkGrantRow> {
  const { rows } = await tx.query<BulkGrantRow>({
    name: "find_bulk_grant",
    text: `${SELECT} and g.grant_id = $2`,
    values: [programId, grantId],
  });
  const [grant] = rows;
  if (grant === undefined) throw new LoyaltyError("bulk_grant_not_found", { bulkGrantId: grantId });
  return grant;
}

/** Where a page of grants ends. */
export type BulkGrantPosition = { createdAt: string; id: string };

/** Newest first, from after `after` on. */
export async function listBulkGrants(
  tx: pg.ClientBase,
  programId: number,
  { status, after, limit }: { status: BulkGrantStatus | undefined; after: BulkGrantPosition | undefined; limit: number },
): Promise<BulkGrantRow[]> {
  const { rows } = await tx.query<BulkGrantRow>({
    name: "list_bulk_grants",
    text: `${SELECT} and ($2::text is null or g.status = $2) and (g.created_at, g.grant_id) < ($3, $4)
            order by g.created_at desc, g.grant_id desc limit $5`,
    values: [programId, status ?? null, after?.createdAt ?? "infinity", after?.id ?? "", limit],
  });
  return rows;
}

export type RefusedMember = { member_key: number; id: string; refused: string; reached_at: Date };

/** Members who got nothing, in the order in which the job came to them. */
export async function listRefused(
  tx: pg.ClientBase,
  programId: number,
  { grantId, after, limit }: { grantId: string; after: number; limit: number },
): Promise<RefusedMember[]> {
  const { rows } = await tx.query<RefusedMember>({
    name: "list_bulk_grant_refusals",
    text: `select g.member_key, m.id, g.refused, g.reached_at
             from bulk_grant_members g join members m on m.program_id = g.program_id and m.member_key = g.member_key
            where g.program_id = $1 and g.grant_id = $2 and g.refused is not null and g.member_key > $3
            order by g.member_key limit $4`,
    values: [programId, grantId, after, limit],
  });
  return rows;
}

/** Holds the row of a grant: nothing is given of it until the transaction ends. Errors: bulk_grant_not_found. */
export async function lockBulkGrant(
  tx: pg.ClientBase,
  programId: number,
  grantId: string,
): Promise<Pick<BulkGrantRow, "status" | "cursor_key">> {
  const { rows } = await tx.query<Pick<BulkGrantRow, "status" | "cursor_key">>({
    name: "lock_bulk_grant",
    text: "select status, cursor_key from bulk_grants where program_id = $1 and grant_id = $2 for update",
    values: [programId, grantId],
  });
  const [grant] = rows;
  if (grant === undefined) throw new LoyaltyError("bulk_grant_not_found", { bulkGrantId: grantId });
  return grant;
}

/** Ends a grant that is locked, with what became of its members: a statement of its own, which sees all that was committed before the lock. */
export async function endBulkGrant(
  tx: pg.ClientBase,
  programId: number,
  { grantId, status, at }: { grantId: string; status: "done" | "cancelled"; at: Date },
): Promise<void> {
  await tx.query({
    name: "end_bulk_grant",
    text: `update bulk_grants g set status = $3, ended_at = $4, granted = ${count("is null")}, refused = ${count("is not null")}
            where g.program_id = $1 and g.grant_id = $2`,
    values: [programId, grantId, status, at],
  });
  await insertProgramEvent(tx, programId, { type: "bulk_grant.ended", data: { bulkGrantId: grantId, status }, occurredAt: at });
}
