import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import type { Instant } from "../ledger/state.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { WHOLE_LIFE } from "../rules/limits/counter.ts";
import type { BatchUses, CouponBatch } from "./batch.ts";

export type NewBatch = Omit<CouponBatch, "written" | "finishedAt" | "revoked">;

type Row = {
  batch_id: string;
  coupon: string;
  kind: CouponBatch["kind"];
  prefix: string;
  max_uses: number;
  max_uses_per_member: number | null;
  valid_from: Date;
  valid_until: Date | null;
  codes: number | null;
  written: number;
  created_at: Date;
  finished_at: Date | null;
  revoked_at: Date | null;
  revoke_reason: string | null;
  revoke_actor: string | null;
  request_hash: string;
};

const toBatch = (row: Row): CouponBatch => ({
  id: row.batch_id,
  coupon: row.coupon,
  kind: row.kind,
  prefix: row.prefix,
  maxUses: row.max_uses,
  maxUsesPerMember: row.max_uses_per_member,
  validFrom: row.valid_from.getTime(),
  validUntil: row.valid_until?.getTime() ?? null,
  codes: row.codes,
  written: row.written,
  createdAt: row.created_at.getTime(),
  finishedAt: row.finished_at?.getTime() ?? null,
  revoked: row.revoked_at && { at: row.revoked_at.getTime(), reason: row.revoke_reason ?? "", actor: row.revoke_actor },
  requestHash: row.request_hash,
});

const SELECT = `select batch_id, coupon, kind, prefix, max_uses, max_uses_per_member, valid_from, valid_until, codes, written, created_at,
                       finished_at, revoked_at, revoke_reason, revoke_actor, request_hash
                  from coupon_batches where program_id = $1`;

/** Makes a batch without codes. False, and nothing is made, where there is one of its id. */
export async function insertBatch(tx: pg.ClientBase, programId: number, batch: NewBatch): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "insert_coupon_batch",
    text: `insert into coupon_batches (program_id, batch_id, coupon, kind, prefix, max_uses, max_uses_per_member, valid_from, valid_until, codes,
                                       created_at, request_hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing`,
    values: [
      programId,
      batch.id,
      batch.coupon,
      batch.kind,
      batch.prefix,
      batch.maxUses,
      batch.maxUsesPerMember,
      new Date(batch.validFrom),
      batch.validUntil === null ? null : new Date(batch.validUntil),
      batch.codes,
      new Date(batch.createdAt),
      batch.requestHash,
    ],
  });
  return rowCount === 1;
}

export async function readBatch(tx: pg.ClientBase, programId: number, batchId: string): Promise<CouponBatch | undefined> {
  const { rows } = await tx.query<Row>({ name: "read_coupon_batch", text: `${SELECT} and batch_id = $2`, values: [programId, batchId] });
  return rows.map(toBatch)[0];
}

/** Errors: coupon_batch_not_found. */
export async function findBatch(tx: pg.ClientBase, programId: number, batchId: string): Promise<CouponBatch> {
  const batch = await readBatch(tx, programId, batchId);
  if (batch === undefined) throw new LoyaltyError("coupon_batch_not_found", { batchId });
  return batch;
}

/** The same, and holds its row: whoever else writes codes of it or revokes it waits. Errors: coupon_batch_not_found. */
export async function lockBatch(tx: pg.ClientBase, programId: number, batchId: string): Promise<CouponBatch> {
  await tx.query({
    name: "lock_coupon_batch",
    text: "select from coupon_batches where program_id = $1 and batch_id = $2 for no key update",
    values: [programId, batchId],
  });
  return findBatch(tx, programId, batchId);
}

/** In order of their ids, from after `after` on. */
export async function listBatches(
  tx: pg.ClientBase,
  programId: number,
  { after, limit }: { after: string; limit: number },
): Promise<CouponBatch[]> {
  const { rows } = await tx.query<Row>({
    name: "list_coupon_batches",
    text: `${SELECT} and batch_id > $2 order by batch_id limit $3`,
    values: [programId, after, limit],
  });
  return rows.map(toBatch);
}

/** Batches that are still being generated, the oldest first. */
export async function unfinishedBatches(tx: pg.ClientBase, programId: number): Promise<CouponBatch[]> {
  const { rows } = await tx.query<Row>({
    name: "unfinished_coupon_batches",
    text: `${SELECT} and kind = 'generated' and finished_at is null and revoked_at is null order by created_at, batch_id`,
    values: [programId],
  });
  return rows.map(toBatch);
}

/** Notes that so many codes were added; `finishedAt` is given with the last one. */
export async function addWritten(
  tx: pg.ClientBase,
  programId: number,
  { batchId, added, finishedAt }: { batchId: string; added: number; finishedAt: Instant | null },
): Promise<void> {
  await tx.query({
    name: "add_written_coupon_codes",
    text: "update coupon_batches set written = written + $3, finished_at = $4 where program_id = $1 and batch_id = $2",
    values: [programId, batchId, added, finishedAt === null ? null : new Date(finishedAt)],
  });
}

/** Revokes all codes of a batch for good; the first time counts. */
export async function revokeBatch(
  tx: pg.ClientBase,
  programId: number,
  { batchId, reason, actor, at }: { batchId: string; reason: string; actor: string | undefined; at: Instant },
): Promise<void> {
  const occurredAt = new Date(at);
  const { rowCount } = await tx.query({
    name: "revoke_coupon_batch",
    text: `update coupon_batches set revoked_at = $3, revoke_reason = $4, revoke_actor = $5
            where program_id = $1 and batch_id = $2 and revoked_at is null`,
    values: [programId, batchId, occurredAt, reason, actor ?? null],
  });
  if (rowCount === 1) await insertProgramEvent(tx, programId, { type: "coupon_batch.revoked", data: { batchId, reason }, occurredAt });
}

/** What is used of a batch's codes. Looks at each code of the program that was used once. */
export async function usesOfBatch(tx: pg.ClientBase, programId: number, batchId: string): Promise<BatchUses> {
  const { rows } = await tx.query<BatchUses>({
    name: "uses_of_coupon_batch",
    text: `select coalesce(sum(n.used), 0)::bigint as uses, count(*) as "usedCodes"
             from counters n
             join coupon_codes c on c.program_id = $1 and c.code = split_part(substr(n.key, 6), ' ', 1) and c.batch_id = $2
            where n.program_id = $1 and n.member_key = 0 and n.key like 'code:%' and n.period = '${WHOLE_LIFE}' and n.used > 0`,
    values: [programId, batchId],
  });
  return rows[0] ?? { uses: 0, usedCodes: 0 };
}
