import { z } from "zod";
import { allocate } from "../../core/allocate.ts";
import type { OpenLine } from "../open-line.ts";
import { defineEffect } from "./action.ts";
import { countUnits, pickUnits, worthOfUnits } from "./pick-units.ts";
import { PriceMinor, Sku, Units } from "./shared.ts";

const BundleItem = z.strictObject({ sku: Sku, quantity: Units }).meta({ id: "BundleItem" });
type BundleItem = z.infer<typeof BundleItem>;

const ofSku = (lines: readonly OpenLine[], sku: string): OpenLine[] => lines.filter(({ facts }) => facts.sku === sku);

/** What goes into that many bundles of each line: the dearest units of each SKU, by what is left of them. */
function worthByLine(lines: readonly OpenLine[], items: readonly BundleItem[], bundles: number): Map<number, number> {
  const parts = items.flatMap(({ sku, quantity }) => {
    const candidates = ofSku(lines, sku);
    const picked = pickUnits(candidates, bundles * quantity, "dearest");
    return candidates.map((line, index) => [line.line, worthOfUnits(line, picked[index] ?? 0)] as const);
  });
  return new Map(parts);
}

/**
 * A set of goods for a fixed price, as many times as the lines it touches hold it (at most `limit`). What its units are
 * worth beyond the price comes off their lines, in proportion to what they are worth, by largest remainder; where they
 * are worth no more than the price, nothing does.
 */
export const bundlePrice = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("bundle_price"),
      items: z
        .array(BundleItem)
        .min(1)
        .max(100)
        .refine((items) => new Set(items.map(({ sku }) => sku)).size === items.length, "each SKU stands once")
        .meta({ description: "What one bundle holds" }),
      price: PriceMinor.meta({ description: "Price of one bundle, in minor units" }),
      limit: Units.optional().meta({ description: "Bundles at most; absent is as many as there are" }),
    })
    .meta({ id: "BundlePrice", description: "Some goods together for one price" }),
  action: ({ kind, items, price, limit }) => ({
    touches: "price",
    kind,
    discount: (lines) => {
      const has = items.map(({ sku, quantity }) => ({ sku, quantity, units: countUnits(ofSku(lines, sku)) }));
      const bundles = Math.min(...has.map(({ quantity, units }) => Math.floor(units / quantity)), limit ?? Number.POSITIVE_INFINITY);
      if (bundles === 0) {
        const missing = has.flatMap(({ sku, quantity, units }) => (units < quantity ? [{ sku, quantity: quantity - units }] : []));
        return { reason: { kind: "bundle_incomplete", missing } };
      }
      const worth = worthByLine(lines, items, bundles);
      const shares = lines.map(({ line }) => ({ line, weight: worth.get(line) ?? 0 }));
      const off = shares.reduce((sum, { weight }) => sum + weight, 0) - bundles * price;
      return off > 0 ? { amounts: allocate(off, shares) } : { reason: { kind: "no_lower_price" } };
    },
  }),
});
