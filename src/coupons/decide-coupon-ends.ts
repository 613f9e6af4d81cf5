import { isoText } from "../core/iso-text.ts";
import { NothingDue } from "../ledger/nothing-due.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { DecideContext } from "../programs/decide-context.ts";
import type { AnnounceCouponExpiry, CouponEndView, ExpireCoupon } from "./commands.ts";
import type { CouponState } from "./coupon.ts";

type Now = Pick<DecideContext, "now">;

/**
 * Announces a coupon that ended without having been used, as of its end. Its status needs nobody: the clock says it. An order from
 * before the end may still use it; where it gives it back, that is not announced again.
 * Errors: NothingDue, and nothing changes, when it has not ended, is used, was taken back, or was announced.
 */
export function decideExpireCoupon(draft: MemberDraft, { code }: ExpireCoupon, { now }: Now): CouponEndView {
  const coupon = draft.coupons.edit(code);
  if (!isUnusedWithEnd(coupon) || now < coupon.validUntil) throw new NothingDue();
  coupon.expiredAt = now;
  draft.announce("coupon.expired", coupon.validUntil, namesOf(coupon));
  return { code };
}

/**
 * Tells a member of a coupon that will end.
 * Errors: NothingDue, and nothing changes, when it has ended, is used or was taken back.
 */
export function decideAnnounceCouponExpiry(draft: MemberDraft, { code, notice }: AnnounceCouponExpiry, { now }: Now): CouponEndView {
  const coupon = draft.coupons.get(code);
  if (!isUnusedWithEnd(coupon) || now >= coupon.validUntil) throw new NothingDue();
  draft.announce("coupon.will_expire", now, { ...namesOf(coupon), notice });
  return { code };
}

type EndingCoupon = CouponState & { validUntil: Instant };

/** True where it has an end, nothing uses it, nobody took it back, and its end is not announced. */
const isUnusedWithEnd = (coupon: CouponState | undefined): coupon is EndingCoupon =>
  coupon?.redeemed === null && coupon.revokedAt === null && coupon.expiredAt === null && coupon.validUntil !== null;

const namesOf = ({ coupon, code, validUntil }: EndingCoupon) => ({ coupon, code, validUntil: isoText(validUntil) });
