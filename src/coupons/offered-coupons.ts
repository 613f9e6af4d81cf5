import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CouponOffer, CouponReason } from "../rules/decision.ts";
import type { UsedCounters } from "../rules/limits/counter.ts";
import { isMistyped, readSharedCode } from "./code.ts";
import type { CouponState } from "./coupon.ts";
import { codeRefusal, countersOf } from "./coupon-code.ts";

/**
 * What the codes of a cart stand for, in its order: coupons of the member's and codes that everybody may use, at an instant and with
 * so much used of them, or why one cannot be used whatever is in the cart. A coupon of somebody else's is unknown.
 */
export function offeredCoupons(
  draft: Pick<MemberDraft, "coupons" | "codes">,
  codes: readonly string[],
  at: Instant,
  used: UsedCounters,
): CouponOffer[] {
  const seen = new Set<string>();
  return codes.map((text) => {
    const offer = offerOf(draft, text, at, used);
    if (offer.refused === "mistyped") return offer;
    if (seen.has(offer.code)) return { code: offer.code, refused: "repeated" };
    seen.add(offer.code);
    return offer;
  });
}

function offerOf({ coupons, codes }: Pick<MemberDraft, "coupons" | "codes">, text: string, at: Instant, used: UsedCounters): CouponOffer {
  const code = readSharedCode(text);
  if (code === null) return { code: text, refused: "mistyped" };
  const own = coupons.get(code);
  if (own !== undefined) {
    const refused = refusalAt(own, at);
    return { code, coupon: own.coupon, ...(refused !== null && { refused }) };
  }
  const shared = codes.get(code);
  if (shared !== undefined) {
    const refused = codeRefusal(shared, at, used);
    return { code, coupon: shared.coupon, counters: countersOf(shared), ...(refused !== null && { refused }) };
  }
  return isMistyped(code) ? { code: text, refused: "mistyped" } : { code, refused: "unknown" };
}

function refusalAt({ validFrom, validUntil, redeemed, revokedAt }: CouponState, at: Instant): CouponReason | null {
  if (redeemed !== null) return "used";
  if (revokedAt !== null) return "revoked";
  if (at < validFrom) return "not_started";
  return validUntil !== null && at >= validUntil ? "expired" : null;
}
