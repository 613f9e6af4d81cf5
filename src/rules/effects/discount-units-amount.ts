import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Pick, pickUnits, worthOfUnits } from "./pick-units.ts";
import { AmountMinor, Units } from "./shared.ts";

/**
 * An amount off each of the cheapest or dearest units of the lines it touches, at most what the units of a line are worth
 * of what is left of it (rounded half up on the line).
 */
export const discountUnitsAmount = defineEffect({
  params: z
    .strictObject({ kind: z.literal("discount_units_amount"), pick: Pick, units: Units, amount: AmountMinor })
    .meta({ id: "DiscountUnitsAmount", description: "An amount off each of the cheapest or dearest units" }),
  action: ({ kind, pick, units, amount }) => ({
    touches: "price",
    kind,
    discount: (lines) => {
      const picked = pickUnits(lines, units, pick);
      // A product past 2^53 is not exact, but then the worth of the units is the smaller one.
      return { amounts: lines.map((line, index) => Math.min((picked[index] ?? 0) * amount, worthOfUnits(line, picked[index] ?? 0))) };
    },
  }),
});
