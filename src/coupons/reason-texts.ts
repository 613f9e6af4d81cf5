import type { CouponReason } from "../rules/decision.ts";

/** Why a coupon is not used, in words. */
export const COUPON_REASON_TEXTS: Record<CouponReason, string> = {
  mistyped: "is no code: a character is wrong or missing",
  unknown: "is no coupon of this member, and no code that everybody may use",
  repeated: "stands in the cart twice",
  not_usable: "is nothing that a cart can use in the program in force",
  not_started: "is not valid yet",
  expired: "is no longer valid",
  used: "is used by another order",
  revoked: "was taken back",
  used_up: "was used as often as it may be",
  member_limit: "was used by this member as often as one may",
  pricing_as_paid: "changes no price that is settled",
  tier: "is for other tiers",
  nothing_in_scope: "is for none of these lines",
  minimum: "needs more to be left of the lines that it is for",
  nothing_left: "would take nothing off",
  not_stackable: "goes with no other coupon",
};
