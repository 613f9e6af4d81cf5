import type pg from "pg";
import type { CouponBatch } from "./batch.ts";

/**
 * Adds codes to a batch, with its terms; answers which of them. Those that the program has already are passed over. The codes come in
 * the order of their characters, so that two who add the same ones wait for each other in one order.
 */
export async function insertCodes(
  tx: pg.ClientBase,
  programId: number,
  batch: CouponBatch,
  { codes, at }: { codes: readonly string[]; at: Date },
): Promise<string[]> {
  const { rows } = await tx.query<{ code: string }>({
    name: "insert_coupon_codes",
    text: `insert into coupon_codes (program_id, code, batch_id, coupon, max_uses, max_uses_per_member, valid_from, valid_until, created_at)
           select $1, u.code, $3, $4, $5, $6, $7, $8, $9 from unnest($2::text[]) u (code) on conflict do nothing returning code`,
    values: [
      programId,
      codes,
      batch.id,
      batch.coupon,
      batch.maxUses,
      batch.maxUsesPerMember,
      new Date(batch.validFrom),
      batch.validUntil === null ? null : new Date(batch.validUntil),
      at,
    ],
  });
  return rows.map(({ code }) => code);
}

/** Of these codes, the ones that are of the batch. */
export async function codesOfBatch(
  tx: pg.ClientBase,
  programId: number,
  { batchId, codes }: { batchId: string; codes: readonly string[] },
): Promise<Set<string>> {
  const { rows } = await tx.query<{ code: string }>({
    name: "coupon_codes_of_batch",
    text: "select code from coupon_codes where program_id = $1 and code = any($2) and batch_id = $3",
    values: [programId, codes, batchId],
  });
  return new Set(rows.map(({ code }) => code));
}
