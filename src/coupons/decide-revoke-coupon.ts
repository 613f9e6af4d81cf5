import { LoyaltyError } from "../core/errors.ts";
import { isoText } from "../core/iso-text.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { RevokeCoupon, RevokedCouponView } from "./commands.ts";
import { revokeCoupon } from "./revoke-coupon.ts";

/**
 * Takes a coupon of the member's back by hand, for good. One that is taken back already stays as it is; of a used one the order
 * keeps what it got.
 * Errors: member_not_found, coupon_not_found; nothing changes.
 */
export function decideRevokeCoupon(
  draft: MemberDraft,
  { memberId, code, reason, actor }: RevokeCoupon,
  { now }: Pick<DecideContext, "now">,
): RevokedCouponView {
  if (draft.status === "placeholder") throw new LoyaltyError("member_not_found", { memberId });
  const coupon = draft.coupons.get(code);
  if (coupon === undefined) throw new LoyaltyError("coupon_not_found", { memberId });
  revokeCoupon(draft, code, now, { cause: "hand", reason, ...(actor !== undefined && { actor }) });
  return {
    code,
    coupon: coupon.coupon,
    revokedAt: isoText(coupon.revokedAt ?? now),
    usedBy: coupon.redeemed?.orderId ?? null,
  };
}
