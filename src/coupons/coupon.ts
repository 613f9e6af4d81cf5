import type { Instant } from "../ledger/state.ts";

/** A coupon that a member was given. */
export type Coupon = {
  code: string;
  /** The id of its definition. */
  coupon: string;
  cause: string;
  sourceId: string;
  rule: string | null;
  reason: string | null;
  actor: string | null;
  issuedAt: Instant;
  validFrom: Instant;
  /** The first instant at which it is no longer valid; null is never. */
  validUntil: Instant | null;
  redeemed: Redemption | null;
  /** When it was taken back; null is never. */
  revokedAt: Instant | null;
  /** When it was announced that it ended unused; null before. */
  expiredAt: Instant | null;
};

/** The order that used a coupon, and its time. */
export type Redemption = { orderId: string; at: Instant };

/** What of a member's coupon decides whether an order may use it. */
export type CouponState = Pick<Coupon, "code" | "coupon" | "validFrom" | "validUntil" | "redeemed" | "revokedAt" | "expiredAt">;

/** A coupon as a command makes it. */
export type IssuedCoupon = Omit<Coupon, "redeemed" | "revokedAt" | "expiredAt"> & { ruleSet: number };
