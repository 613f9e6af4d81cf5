import type pg from "pg";
import type { CouponState } from "../../coupons/coupon.ts";
import { lookUp } from "../../db/look-ups.ts";

export type NamedCoupon = { memberKey: number; code: string };

export type CouponRow = {
  member_key: number;
  code: string;
  coupon: string;
  valid_from: Date;
  valid_until: Date | null;
  order_id: string | null;
  redeemed_at: Date | null;
  revoked_at: Date | null;
  expired_at: Date | null;
};

/** Coupons by their codes, where they are of the member who names them. The members' locks protect them. */
export const selectCoupons = (programId: number, named: readonly NamedCoupon[]): pg.QueryConfig => ({
  name: "load_coupons",
  text: `select c.member_key, c.code, c.coupon, c.valid_from, c.valid_until, c.order_id, c.redeemed_at, c.revoked_at, c.expired_at
           from unnest($2::bigint[], $3::text[]) u (member_key, code)
           ${lookUp("coupons", "c", "code = u.code and member_key = u.member_key")}`,
  values: [programId, named.map(({ memberKey }) => memberKey), named.map(({ code }) => code)],
});

export const toCouponState = (row: CouponRow): CouponState => ({
  code: row.code,
  coupon: row.coupon,
  validFrom: row.valid_from.getTime(),
  validUntil: row.valid_until?.getTime() ?? null,
  redeemed: row.order_id === null || row.redeemed_at === null ? null : { orderId: row.order_id, at: row.redeemed_at.getTime() },
  revokedAt: row.revoked_at?.getTime() ?? null,
  expiredAt: row.expired_at?.getTime() ?? null,
});
