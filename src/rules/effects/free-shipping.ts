import { z } from "zod";
import { defineEffect } from "./action.ts";

/** Takes the whole shipping off. Judged last: its condition sees the final net. */
export const freeShipping = defineEffect({
  params: z.strictObject({ kind: z.literal("free_shipping") }).meta({ id: "FreeShipping", description: "Takes the shipping off" }),
  action: ({ kind }) => ({ touches: "shipping", kind, effect: "free_shipping", off: (left) => left }),
});
