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
};

/** A coupon as a command makes it. */
export type IssuedCoupon = Coupon & { ruleSet: number };
