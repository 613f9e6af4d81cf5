import { z } from "zod";
import { defineEffect } from "./action.ts";
import { PriceMinor, Sku, Slug } from "./shared.ts";
import { lowerToUnitPrice } from "./unit-price.ts";

const MemberPrice = z
  .strictObject({
    sku: Sku,
    tier: Slug.optional().meta({ description: "Only for members of this tier; absent is all" }),
    unitPrice: PriceMinor,
  })
  .meta({ id: "MemberPrice" });

/**
 * A price list for members: each unit of a listed SKU for its price, where that is lower than what is left. Of several
 * prices that a member may have, the lowest.
 */
export const memberPrices = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("member_prices"),
      prices: z
        .array(MemberPrice)
        .min(1)
        .max(1000)
        .refine(
          (prices) => new Set(prices.map(({ sku, tier }) => JSON.stringify([sku, tier]))).size === prices.length,
          "each SKU stands once for a tier",
        )
        .meta({ description: "The lowest that applies counts" }),
    })
    .meta({ id: "MemberPrices", description: "A list of prices by SKU, for all members or for one tier" }),
  action: ({ kind, prices }) => {
    const bySku = Map.groupBy(prices, ({ sku }) => sku);
    return {
      touches: "price",
      kind,
      discount: (lines, order) =>
        lowerToUnitPrice(lines, ({ facts }) => {
          const open = (bySku.get(facts.sku) ?? []).filter(({ tier }) => tier === undefined || tier === order.tier);
          return open.length === 0 ? undefined : Math.min(...open.map(({ unitPrice }) => unitPrice));
        }),
    };
  },
});
