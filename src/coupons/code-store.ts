import type pg from "pg";
import type { Instant } from "../ledger/state.ts";
import { insertProgramEvent } from "../programs/program-events.ts";
import { WHOLE_LIFE } from "../rules/limits/counter.ts";
import { type CouponCode, usesCounter } from "./coupon-code.ts";

/** A code as its row stands, with what is used of it. */
export type StoredCode = Omit<CouponCode, "isRevoked"> & {
  /** Null of one that the shop has chosen. */
  batch: string | null;
  used: number;
  createdAt: Instant;
  revoked: { at: Instant; reason: string; actor: string | null } | null;
  /** Of the body that made it; null where it is of a batch. */
  requestHash: string | null;
};

export type NewCode = Pick<StoredCode, "code" | "coupon" | "maxUses" | "maxUsesPerMember" | "validFrom" | "validUntil" | "createdAt"> & {
  requestHash: string;
};

type Row = {
  code: string;
  batch: string | null;
  coupon: string;
  max_uses: number;
  max_uses_per_member: number | null;
  valid_from: Date;
  valid_until: Date | null;
  created_at: Date;
  request_hash: string | null;
  revoked_at: Date | null;
  revoke_reason: string | null;
  revoke_actor: string | null;
  used: number | null;
};

const toStoredCode = (row: Row): StoredCode => ({
  code: row.code,
  batch: row.batch,
  coupon: row.coupon,
  maxUses: row.max_uses,
  maxUsesPerMember: row.max_uses_per_member,
  validFrom: row.valid_from.getTime(),
  validUntil: row.valid_until?.getTime() ?? null,
  createdAt: row.created_at.getTime(),
  requestHash: row.request_hash,
  revoked: row.revoked_at && { at: row.revoked_at.getTime(), reason: row.revoke_reason ?? "", actor: row.revoke_actor },
  used: row.used ?? 0,
});

/** The key of a row's counter, as SQL. */
const KEY_OF_ROW = `'${usesCounter("|").key.replace("|", "' || c.code || '")}'`;

/** A code that was revoked by itself says so before its batch does. `where` names rows of `c`; `$1` is the program. */
const selectCodes = (where: string): string => `
  select c.code, c.batch_id as batch, c.coupon, c.max_uses, c.max_uses_per_member, c.valid_from, c.valid_until, c.created_at, c.request_hash,
         coalesce(c.revoked_at, b.revoked_at) as revoked_at,
         case when c.revoked_at is null then b.revoke_reason else c.revoke_reason end as revoke_reason,
         case when c.revoked_at is null then b.revoke_actor else c.revoke_actor end as revoke_actor,
         (select n.used from counters n
           where n.program_id = $1 and n.member_key = 0 and n.key = ${KEY_OF_ROW} and n.period = '${WHOLE_LIFE}') as used
    from coupon_codes c left join coupon_batches b on b.program_id = c.program_id and b.batch_id = c.batch_id
   where c.program_id = $1 and ${where}`;

/** Makes a code. False, and nothing is made, where there is one already. */
export async function insertCode(tx: pg.ClientBase, programId: number, code: NewCode): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: "insert_coupon_code",
    text: `insert into coupon_codes (program_id, code, coupon, max_uses, max_uses_per_member, valid_from, valid_until, created_at, request_hash)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    values: [
      programId,
      code.code,
      code.coupon,
      code.maxUses,
      code.maxUsesPerMember,
      new Date(code.validFrom),
      code.validUntil === null ? null : new Date(code.validUntil),
      new Date(code.createdAt),
      code.requestHash,
    ],
  });
  return rowCount === 1;
}

export async function findCode(tx: pg.ClientBase, programId: number, code: string): Promise<StoredCode | undefined> {
  const { rows } = await tx.query<Row>({ name: "find_coupon_code", text: selectCodes("c.code = $2"), values: [programId, code] });
  return rows.map(toStoredCode)[0];
}

/** In the order of their characters, from after `after` on: those of a batch, or those that are of none. */
export async function listCodes(
  tx: pg.ClientBase,
  programId: number,
  { batch, coupon, after, limit }: { batch: string | undefined; coupon: string | undefined; after: string; limit: number },
): Promise<StoredCode[]> {
  const ofBatch = batch === undefined ? "c.batch_id is null and $4::text is null" : "c.batch_id = $4";
  const { rows } = await tx.query<Row>({
    name: batch === undefined ? "list_shared_codes" : "list_codes_of_batch",
    text: `${selectCodes(`${ofBatch} and c.code > $2 and ($3::text is null or c.coupon = $3)`)} order by c.code limit $5`,
    values: [programId, after, coupon ?? null, batch ?? null, limit],
  });
  return rows.map(toStoredCode);
}

/** Revokes a code for good; the first time counts. */
export async function revokeCode(
  tx: pg.ClientBase,
  programId: number,
  { code, reason, actor, at }: { code: string; reason: string; actor: string | undefined; at: Instant },
): Promise<void> {
  const occurredAt = new Date(at);
  const { rowCount } = await tx.query({
    name: "revoke_coupon_code",
    text: `update coupon_codes set revoked_at = $3, revoke_reason = $4, revoke_actor = $5
            where program_id = $1 and code = $2 and revoked_at is null`,
    values: [programId, code, occurredAt, reason, actor ?? null],
  });
  if (rowCount === 1) await insertProgramEvent(tx, programId, { type: "coupon_code.revoked", data: { code, reason }, occurredAt });
}
