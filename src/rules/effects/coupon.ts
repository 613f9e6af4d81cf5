import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Slug } from "./shared.ts";

/** Tells the shop which coupon to hand out to the member. */
export const coupon = defineEffect({
  params: z
    .strictObject({ kind: z.literal("coupon"), coupon: Slug.meta({ description: "Which coupon", example: "welcome-50" }) })
    .meta({ id: "Coupon", description: "Tells the shop which coupon to hand out to the member" }),
  action: ({ kind, coupon: name }) => ({ touches: "storefront", kind, name, gives: { kind, coupon: name } }),
});
