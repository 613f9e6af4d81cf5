import type pg from "pg";
import { isoText } from "../core/iso-text.ts";
import type { Coupon } from "./coupon.ts";

type StoredCoupon = {
  code: string;
  coupon: string;
  cause: string;
  source_id: string;
  rule: string | null;
  reason: string | null;
  actor: string | null;
  issued_at: Date;
  valid_from: Date;
  valid_until: Date | null;
  order_id: string | null;
  redeemed_at: Date | null;
  revoked_at: Date | null;
  expired_at: Date | null;
};

/** Where a page of coupons ends: the issue and the code of its last one. */
export type CouponPosition = { issuedAt: number; code: string };

/** Newest first, from after `after` on. */
export async function listCoupons(
  tx: pg.ClientBase,
  programId: number,
  { memberKey, after, limit }: { memberKey: number; after: CouponPosition | undefined; limit: number },
): Promise<Coupon[]> {
  const { rows } = await tx.query<StoredCoupon>({
    name: "list_coupons",
    text: `select code, coupon, cause, source_id, rule, reason, actor, issued_at, valid_from, valid_until, order_id, redeemed_at,
                  revoked_at, expired_at
             from coupons where program_id = $1 and member_key = $2 and (issued_at, code) < ($3, $4)
            order by issued_at desc, code desc limit $5`,
    values: [programId, memberKey, after === undefined ? "infinity" : isoText(after.issuedAt), after?.code ?? "", limit],
  });
  return rows.map(({ source_id, issued_at, valid_from, valid_until, order_id, redeemed_at, revoked_at, expired_at, ...row }) => ({
    ...row,
    sourceId: source_id,
    issuedAt: issued_at.getTime(),
    validFrom: valid_from.getTime(),
    validUntil: valid_until?.getTime() ?? null,
    redeemed: order_id === null || redeemed_at === null ? null : { orderId: order_id, at: redeemed_at.getTime() },
    revokedAt: revoked_at?.getTime() ?? null,
    expiredAt: expired_at?.getTime() ?? null,
  }));
}
