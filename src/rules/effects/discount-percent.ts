import { z } from "zod";
import { allocate } from "../../core/allocate.ts";
import { multiplyHalfUp } from "../../core/rounding.ts";
import { defineEffect } from "./action.ts";
import { AmountMinor, BASIS_POINTS_ONE, Percent, percentBps } from "./shared.ts";

/** A percentage off what is left of each line it touches. Rounds: half up to the minor unit, on each line. With `atMost` never more, spread in proportion. */
export const discountPercent = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("discount_percent"),
      percent: Percent,
      atMost: AmountMinor.optional().meta({ description: "The most that it takes off the lines together" }),
    })
    .meta({ id: "DiscountPercent", description: "A percentage off what is left of each line" }),
  action: ({ kind, percent, atMost }) => {
    const bps = percentBps(percent);
    return {
      touches: "price",
      kind,
      discount: (lines) => {
        const amounts = lines.map(({ left }) => multiplyHalfUp(left, bps, BASIS_POINTS_ONE));
        if (atMost === undefined || amounts.reduce((sum, amount) => sum + amount, 0) <= atMost) return { amounts };
        return {
          amounts: allocate(
            atMost,
            lines.map(({ line }, index) => ({ line, weight: amounts[index] ?? 0 })),
          ),
        };
      },
    };
  },
});
