import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import type { Instant } from "../ledger/state.ts";
import type { CouponDefinition } from "../programs/coupon-definition.ts";
import type { CouponStatus, CouponView } from "./commands.ts";
import type { Coupon } from "./coupon.ts";

function statusAt({ validFrom, validUntil, redeemed, revokedAt }: Coupon, now: Instant): CouponStatus {
  if (redeemed !== null) return "used";
  if (revokedAt !== null) return "revoked";
  if (now < validFrom) return "not_started";
  return validUntil === null || now < validUntil ? "valid" : "expired";
}

/** A coupon as it stands at an instant. `definition` is that of the version in force, which may no longer have it. */
export function couponView(coupon: Coupon, definition: CouponDefinition | undefined, now: Instant): CouponView {
  const { code, coupon: id, cause, sourceId, rule, reason, actor, issuedAt, validFrom, validUntil, redeemed, revokedAt } = coupon;
  return {
    code,
    coupon: id,
    label: definition?.label ?? id,
    status: statusAt(coupon, now),
    issuedAt: isoText(issuedAt),
    validFrom: isoText(validFrom),
    validUntil: isoTextOrNull(validUntil),
    cause,
    sourceId,
    rule,
    reason,
    actor,
    ...(redeemed !== null && { redeemed: { orderId: redeemed.orderId, at: isoText(redeemed.at) } }),
    ...(revokedAt !== null && { revokedAt: isoText(revokedAt) }),
  };
}
