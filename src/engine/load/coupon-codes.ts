import type pg from "pg";
import type { CouponCode } from "../../coupons/coupon-code.ts";
import { lookUp, lookUpIfAny } from "../../db/look-ups.ts";

export type CouponCodeRow = {
  code: string;
  coupon: string;
  max_uses: number;
  max_uses_per_member: number | null;
  valid_from: Date;
  valid_until: Date | null;
  is_revoked: boolean;
};

/** Codes that are not bound to a member. Nothing of them changes but that they are revoked: by themselves, or with their batch. */
export const selectCouponCodes = (programId: number, codes: readonly string[]): pg.QueryConfig => ({
  name: "load_coupon_codes",
  text: `select c.code, c.coupon, c.max_uses, c.max_uses_per_member, c.valid_from, c.valid_until,
                (c.revoked_at is not null or b.revoked_at is not null) as is_revoked
           from unnest($2::text[]) u (code)
           ${lookUp("coupon_codes", "c", "code = u.code")}
           ${lookUpIfAny("coupon_batches", "b", "batch_id = c.batch_id")}`,
  values: [programId, codes],
});

export const toCouponCode = (row: CouponCodeRow): CouponCode => ({
  code: row.code,
  coupon: row.coupon,
  maxUses: row.max_uses,
  maxUsesPerMember: row.max_uses_per_member,
  validFrom: row.valid_from.getTime(),
  validUntil: row.valid_until?.getTime() ?? null,
  isRevoked: row.is_revoked,
});
