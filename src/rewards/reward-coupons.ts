import { LoyaltyError } from "../core/errors.ts";
import { isoText, isoTextOrNull } from "../core/iso-text.ts";
import { couponDefinition, issueCoupon } from "../coupons/issue-coupon.ts";
import { revokeCoupon } from "../coupons/revoke-coupon.ts";
import type { MemberDraft } from "../members/member-draft.ts";
import type { CommandContext } from "../programs/decide-context.ts";
import type { GivenReward, RedemptionState } from "./redemption.ts";

type Redemption = Pick<RedemptionState, "id" | "reward" | "quantity" | "given">;

/**
 * Gives the coupons of a redemption, one a piece, each with a code of its own.
 * Errors: reward_unavailable (coupon_over) where all of them have ended since, or the program has dropped them.
 */
export function giveCoupons(draft: MemberDraft, redemption: Redemption, coupon: string, context: CommandContext): GivenReward {
  const { id, reward, quantity } = redemption;
  const definition = couponDefinition(context, coupon);
  const grant = { cause: "redemption", sourceId: id, names: { redemptionId: id } };
  const coupons = Array.from({ length: quantity }, (_, n) => {
    const issued = definition === undefined ? null : issueCoupon(draft, definition, context.now, { ...grant, n }, context);
    if (issued === null) throw new LoyaltyError("reward_unavailable", { reward, reason: "coupon_over" });
    const { code, validFrom, validUntil } = issued;
    return { code, validFrom: isoText(validFrom), validUntil: isoTextOrNull(validUntil) };
  });
  return { coupons };
}

/**
 * Takes the coupons of a redemption back that ends.
 * Errors: coupon_already_used where an order uses one of them; nothing changes.
 */
export function takeCouponsBack(draft: MemberDraft, { id, given }: Redemption, { now }: Pick<CommandContext, "now">): void {
  for (const { code } of given?.coupons ?? []) {
    const redeemed = draft.coupons.get(code)?.redeemed ?? null;
    if (redeemed !== null) throw new LoyaltyError("coupon_already_used", { redemptionId: id, orderId: redeemed.orderId });
    revokeCoupon(draft, code, now, { redemptionId: id });
  }
}
