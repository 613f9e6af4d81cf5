import { assert } from "../core/assert.ts";
import type { Instant } from "../ledger/state.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { OrderState } from "../orders/order-state.ts";
import type { CouponDecision } from "../rules/decision.ts";

type DecidedOrder = Pick<OrderState, "id" | "decision">;

/** Uses the coupons of an order's decision, which are all valid. The uses of shared codes are counted with those of rules. */
export function redeemCoupons(draft: MemberDraft, { id: orderId, decision }: DecidedOrder, at: Instant): void {
  for (const { code, coupon, valid, shared } of decision.coupons ?? []) {
    assert(valid && coupon !== undefined, "an order uses valid coupons, whose definition it knows");
    if (shared !== true) {
      const own = draft.coupons.edit(code);
      assert(own?.redeemed === null, "a coupon of the member's is used by one order");
      own.redeemed = { orderId, at };
    }
    draft.announce("coupon.redeemed", at, { coupon, code, orderId });
  }
}

/** Lets the coupons of an order that is all back be used again, but for those that stay used. */
export function releaseCoupons(draft: MemberDraft, order: DecidedOrder, at: Instant): void {
  release(draft, order, at, ({ onReturn }) => onReturn !== "keep");
}

/** Lets all coupons of a cart be used again that another one replaces. */
export function withdrawCoupons(draft: MemberDraft, order: DecidedOrder, at: Instant): void {
  release(draft, order, at, () => true);
}

function release(draft: MemberDraft, { id, decision }: DecidedOrder, at: Instant, isReleased: (coupon: CouponDecision) => boolean): void {
  for (const decided of decision.coupons ?? []) {
    if (!isReleased(decided)) continue;
    const { coupon, code } = decided;
    assert(coupon !== undefined, "an order knows the definitions of the coupons that it uses");
    if (decided.shared !== true) {
      const own = draft.coupons.edit(decided.code);
      assert(own?.redeemed?.orderId === id, "the coupons of an order are used by it until it releases them");
      own.redeemed = null;
    }
    draft.announce("coupon.released", at, { coupon, code, orderId: id });
  }
}
