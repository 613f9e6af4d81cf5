import { z } from "zod";
import type { EffectAction } from "./action.ts";
import { bonusPoints } from "./bonus-points.ts";
import { bundlePrice } from "./bundle-price.ts";
import { buyXGetY } from "./buy-x-get-y.ts";
import { coupon } from "./coupon.ts";
import { custom } from "./custom.ts";
import { discountAmount } from "./discount-amount.ts";
import { discountLadder } from "./discount-ladder.ts";
import { discountPerStep } from "./discount-per-step.ts";
import { discountPercent } from "./discount-percent.ts";
import { discountUnitsAmount } from "./discount-units-amount.ts";
import { discountUnitsPercent } from "./discount-units-percent.ts";
import { entitlement } from "./entitlement.ts";
import { freeShipping } from "./free-shipping.ts";
import { gift } from "./gift.ts";
import { grantTier } from "./grant-tier.ts";
import { groupPrice } from "./group-price.ts";
import { memberPrices } from "./member-prices.ts";
import { pointsMultiplier } from "./points-multiplier.ts";
import { pointsPerAmount } from "./points-per-amount.ts";
import { pointsPerQuantity } from "./points-per-quantity.ts";
import { pointsPercent } from "./points-percent.ts";
import { shippingDiscountAmount } from "./shipping-discount-amount.ts";
import { shippingDiscountPercent } from "./shipping-discount-percent.ts";

/** The only list of effect kinds. */
export const Effect = z
  .discriminatedUnion("kind", [
    pointsPerAmount.params,
    pointsPerQuantity.params,
    pointsMultiplier.params,
    pointsPercent.params,
    bonusPoints.params,
    discountPercent.params,
    discountAmount.params,
    discountPerStep.params,
    discountLadder.params,
    discountUnitsPercent.params,
    discountUnitsAmount.params,
    buyXGetY.params,
    bundlePrice.params,
    memberPrices.params,
    groupPrice.params,
    freeShipping.params,
    shippingDiscountPercent.params,
    shippingDiscountAmount.params,
    gift.params,
    entitlement.params,
    grantTier.params,
    coupon.params,
    custom.params,
  ])
  .meta({ id: "Effect", description: "What a rule gives" });
export type Effect = z.infer<typeof Effect>;

/** What an effect of a rule does. No default: a kind without its line here does not compile. */
export function actionOf(effect: Effect): EffectAction {
  switch (effect.kind) {
    case "points_per_amount":
      return pointsPerAmount.action(effect);
    case "points_per_quantity":
      return pointsPerQuantity.action(effect);
    case "points_multiplier":
      return pointsMultiplier.action(effect);
    case "points_percent":
      return pointsPercent.action(effect);
    case "bonus_points":
      return bonusPoints.action(effect);
    case "discount_percent":
      return discountPercent.action(effect);
    case "discount_amount":
      return discountAmount.action(effect);
    case "discount_per_step":
      return discountPerStep.action(effect);
    case "discount_ladder":
      return discountLadder.action(effect);
    case "discount_units_percent":
      return discountUnitsPercent.action(effect);
    case "discount_units_amount":
      return discountUnitsAmount.action(effect);
    case "buy_x_get_y":
      return buyXGetY.action(effect);
    case "bundle_price":
      return bundlePrice.action(effect);
    case "member_prices":
      return memberPrices.action(effect);
    case "group_price":
      return groupPrice.action(effect);
    case "free_shipping":
      return freeShipping.action(effect);
    case "shipping_discount_percent":
      return shippingDiscountPercent.action(effect);
    case "shipping_discount_amount":
      return shippingDiscountAmount.action(effect);
    case "gift":
      return gift.action(effect);
    case "entitlement":
      return entitlement.action(effect);
    case "coupon":
      return coupon.action(effect);
    case "grant_tier":
      return grantTier.action(effect);
    case "custom":
      return custom.action(effect);
  }
}
