import { z } from "zod";
import { multiplyHalfUp } from "../../core/rounding.ts";
import { defineEffect } from "./action.ts";
import { BASIS_POINTS_ONE, Percent, percentBps } from "./shared.ts";

/** A percentage off what is left of each line it touches. Rounds: half up to the minor unit, on each line. */
export const discountPercent = defineEffect({
  params: z
    .strictObject({ kind: z.literal("discount_percent"), percent: Percent })
    .meta({ id: "DiscountPercent", description: "A percentage off what is left of each line" }),
  action: ({ kind, percent }) => {
    const bps = percentBps(percent);
    return {
      touches: "price",
      kind,
      discount: (lines) => ({ amounts: lines.map(({ left }) => multiplyHalfUp(left, bps, BASIS_POINTS_ONE)) }),
    };
  },
});
