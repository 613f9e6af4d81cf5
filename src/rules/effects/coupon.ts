import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Slug } from "./shared.ts";

/** Gives the member a coupon of the program; where it has none, tells the shop which one to hand out. */
export const coupon = defineEffect({
  params: z.strictObject({ kind: z.literal("coupon"), coupon: Slug.meta({ description: "Which coupon", example: "welcome-50" }) }).meta({
    id: "Coupon",
    description: "Gives the member a coupon of the program; where it has none, tells the shop which one to hand out",
  }),
  action: ({ kind, coupon: name }) => ({ touches: "storefront", kind, name, gives: { kind, coupon: name } }),
});
