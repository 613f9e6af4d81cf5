import { z } from "zod";
import { multiplyHalfUp } from "../../core/rounding.ts";
import { defineEffect } from "./action.ts";
import { BASIS_POINTS_ONE, Percent, percentBps } from "./shared.ts";

/** A percentage off what is left of the shipping, rounded half up. Judged with free shipping: its condition sees the final net. */
export const shippingDiscountPercent = defineEffect({
  params: z
    .strictObject({ kind: z.literal("shipping_discount_percent"), percent: Percent })
    .meta({ id: "ShippingDiscountPercent", description: "A percentage off the shipping" }),
  action: ({ kind, percent }) => {
    const bps = percentBps(percent);
    return { touches: "shipping", kind, effect: "reduced_shipping", off: (left) => multiplyHalfUp(left, bps, BASIS_POINTS_ONE) };
  },
});
