/** Gives a member a coupon by hand. `key` is that of the request's Idempotency-Key header. */
export type IssueCoupon = {
  kind: "issue_coupon";
  memberId: string;
  coupon: string;
  reason: string;
  actor?: string | undefined;
  key: { id: string; hash: string };
};

/** Announces that a coupon has ended without having been used. Not from outside. */
export type ExpireCoupon = { kind: "expire_coupon"; memberId: string; code: string };

/** Tells that a coupon will end, once for each `notice` of its definition. Not from outside. */
export type AnnounceCouponExpiry = { kind: "announce_coupon_expiry"; memberId: string; code: string; notice: string };

/** Takes a coupon of the member's back by hand. */
export type RevokeCoupon = { kind: "revoke_coupon"; memberId: string; code: string; reason: string; actor?: string | undefined };

/** `usedBy` is the order that used it before, and keeps what it got. */
export type RevokedCouponView = { code: string; coupon: string; revokedAt: string; usedBy: string | null };

export type CouponEndView = { code: string };

export type CouponStatus = "not_started" | "valid" | "expired" | "used" | "revoked";

export type CouponView = {
  code: string;
  coupon: string;
  label: string;
  status: CouponStatus;
  issuedAt: string;
  validFrom: string;
  validUntil: string | null;
  cause: string;
  sourceId: string;
  rule: string | null;
  reason: string | null;
  actor: string | null;
  /** Absent while no order uses it. */
  redeemed?: { orderId: string; at: string } | undefined;
  /** Absent while nobody has taken it back. */
  revokedAt?: string | undefined;
};
