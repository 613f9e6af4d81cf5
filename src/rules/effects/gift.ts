import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Sku, Units } from "./shared.ts";

/** Announces a gift: the shop adds it to the parcel and minds its own stock. It is no line, and changes no total. */
export const gift = defineEffect({
  params: z
    .strictObject({ kind: z.literal("gift"), sku: Sku, quantity: Units.default(1) })
    .meta({ id: "Gift", description: "Tells the shop to add a gift" }),
  action: ({ kind, sku, quantity }) => ({ touches: "storefront", kind, name: sku, gives: { kind, sku, quantity } }),
});
