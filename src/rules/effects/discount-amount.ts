import { z } from "zod";
import { defineEffect } from "./action.ts";
import { AmountMinor } from "./shared.ts";
import { spreadDiscount } from "./spread-discount.ts";

/** An amount off the lines it touches together, spread over them in proportion to what is left. */
export const discountAmount = defineEffect({
  params: z
    .strictObject({ kind: z.literal("discount_amount"), amount: AmountMinor })
    .meta({ id: "DiscountAmount", description: "An amount off the lines together" }),
  action: ({ kind, amount }) => ({ touches: "price", kind, discount: (lines) => ({ amounts: spreadDiscount(amount, lines) }) }),
});
