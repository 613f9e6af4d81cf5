import { z } from "zod";
import { ReturnsPolicy } from "../limits/limit-definition.ts";
import { defineEffect } from "./action.ts";
import { Sku, Units } from "./shared.ts";

/** Announces a gift: the shop adds it to the parcel. It is no line, and changes no total. `stock` is what there is of it for the whole life of the rule. */
export const gift = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("gift"),
      sku: Sku,
      quantity: Units.default(1),
      stock: Units.optional().meta({
        description: "Units that the rule gives in its whole life; without it the shop minds its stock by itself",
      }),
      returns: ReturnsPolicy.optional(),
    })
    .meta({ id: "Gift", description: "Tells the shop to add a gift" }),
  action: ({ kind, sku, quantity }) => ({ touches: "storefront", kind, name: sku, gives: { kind, sku, quantity } }),
});
