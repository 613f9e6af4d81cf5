import type pg from "pg";
import { LoyaltyError } from "../core/errors.ts";
import { listCodes, type StoredCode } from "../coupons/code-store.ts";
import { inProgram } from "../db/transaction.ts";
import type { CouponBatch } from "./batch.ts";

/** Codes of one page: so few that all of it is young when it is dropped, and costs no more memory than the next one. */
const PAGE_SIZE = 500;

/** Refuses a file that would lack codes which are still to come. Errors: coupon_batch_unfinished. */
export function requireAllWritten({ id, codes, written, revoked }: CouponBatch): void {
  if (codes !== null && written < codes && revoked === null)
    throw new LoyaltyError("coupon_batch_unfinished", { batchId: id, codes, written });
}

/** All codes of a batch in the order of their characters, page by page. */
export async function* readCodes<View>(
  pool: pg.Pool,
  programId: number,
  batch: string,
  view: (stored: StoredCode) => View,
): AsyncGenerator<View[]> {
  let after = "";
  for (;;) {
    const asked = { batch, coupon: undefined, after, limit: PAGE_SIZE };
    const page = await inProgram(pool, programId, (tx) => listCodes(tx, programId, asked));
    const last = page.at(-1);
    if (last === undefined) return;
    yield page.map(view);
    after = last.code;
  }
}
