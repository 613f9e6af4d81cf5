import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CouponOffer, CouponReason } from "../rules/decision.ts";
import { readCouponCode } from "./code.ts";
import type { CouponState } from "./coupon.ts";

/**
 * What the codes of a cart stand for, in its order: coupons of the member's at an instant, or why one cannot be used
 * whatever is in the cart. A coupon of somebody else's is unknown.
 */
export function offeredCoupons({ coupons }: Pick<MemberDraft, "coupons">, codes: readonly string[], at: Instant): CouponOffer[] {
  const seen = new Set<string>();
  return codes.map((text) => {
    const code = readCouponCode(text);
    if (code === null) return { code: text, refused: "mistyped" };
    if (seen.has(code)) return { code, refused: "repeated" };
    seen.add(code);
    const own = coupons.get(code);
    if (own === undefined) return { code, refused: "unknown" };
    const refused = refusalAt(own, at);
    return { code, coupon: own.coupon, ...(refused !== null && { refused }) };
  });
}

function refusalAt({ validFrom, validUntil, redeemed, revokedAt }: CouponState, at: Instant): CouponReason | null {
  if (redeemed !== null) return "used";
  if (revokedAt !== null) return "revoked";
  if (at < validFrom) return "not_started";
  return validUntil !== null && at >= validUntil ? "expired" : null;
}
