import { z } from "zod";
import { defineEffect } from "./action.ts";
import { AmountMinor } from "./shared.ts";

/** An amount off the shipping, at most what is left of it. Judged with free shipping: its condition sees the final net. */
export const shippingDiscountAmount = defineEffect({
  params: z
    .strictObject({ kind: z.literal("shipping_discount_amount"), amount: AmountMinor })
    .meta({ id: "ShippingDiscountAmount", description: "An amount off the shipping" }),
  action: ({ kind, amount }) => ({ touches: "shipping", kind, effect: "reduced_shipping", off: (left) => Math.min(amount, left) }),
});
