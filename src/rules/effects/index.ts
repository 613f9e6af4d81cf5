import { z } from "zod";
import type { EffectAction } from "./action.ts";
import { bonusPoints } from "./bonus-points.ts";
import { discountAmount } from "./discount-amount.ts";
import { discountPerStep } from "./discount-per-step.ts";
import { discountPercent } from "./discount-percent.ts";
import { freeShipping } from "./free-shipping.ts";
import { pointsMultiplier } from "./points-multiplier.ts";
import { pointsPerAmount } from "./points-per-amount.ts";

/** The only list of effect kinds. */
export const Effect = z
  .discriminatedUnion("kind", [
    pointsPerAmount.params,
    pointsMultiplier.params,
    bonusPoints.params,
    discountPercent.params,
    discountAmount.params,
    discountPerStep.params,
    freeShipping.params,
  ])
  .meta({ id: "Effect" });
export type Effect = z.infer<typeof Effect>;

/** What an effect of a rule does. No default: a kind without its line here does not compile. */
export function actionOf(effect: Effect): EffectAction {
  switch (effect.kind) {
    case "points_per_amount":
      return pointsPerAmount.action(effect);
    case "points_multiplier":
      return pointsMultiplier.action(effect);
    case "bonus_points":
      return bonusPoints.action(effect);
    case "discount_percent":
      return discountPercent.action(effect);
    case "discount_amount":
      return discountAmount.action(effect);
    case "discount_per_step":
      return discountPerStep.action(effect);
    case "free_shipping":
      return freeShipping.action(effect);
  }
}
