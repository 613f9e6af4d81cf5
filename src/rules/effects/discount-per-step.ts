import { z } from "zod";
import { sumGross, sumLeft } from "../open-line.ts";
import { defineEffect } from "./action.ts";
import { AmountMinor, Threshold } from "./shared.ts";
import { spreadDiscount } from "./spread-discount.ts";

/**
 * Spend 300, get 50 off (满减): once, or with `repeat` for each full step. The threshold looks at what is left of the
 * lines it touches at its turn, or with `threshold: list` at their list price. Spread over the lines like an amount.
 */
export const discountPerStep = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("discount_per_step"),
      step: AmountMinor,
      amount: AmountMinor,
      repeat: z.boolean().default(false).meta({ description: "For each full step, not once" }),
      threshold: Threshold,
    })
    .meta({ id: "DiscountPerStep", description: "Spend `step`, get `amount` off" }),
  action: ({ kind, step, amount, repeat, threshold }) => ({
    touches: "price",
    kind,
    discount: (lines) => {
      const value = threshold === "list" ? sumGross(lines) : sumLeft(lines);
      if (value < step) return { reason: { kind: "threshold", atLeast: step, value, short: step - value } };
      const steps = repeat ? Math.floor(value / step) : 1;
      return { amounts: spreadDiscount(Math.min(steps * amount, value), lines) };
    },
  }),
});
