import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Pick, percentOfUnits, pickUnits } from "./pick-units.ts";
import { Percent, percentBps, Units } from "./shared.ts";

/** A percentage off the cheapest or dearest units of the lines it touches. Rounds: half up to the minor unit, on each line. */
export const discountUnitsPercent = defineEffect({
  params: z
    .strictObject({ kind: z.literal("discount_units_percent"), pick: Pick, units: Units, percent: Percent })
    .meta({ id: "DiscountUnitsPercent", description: "A percentage off the cheapest or dearest units" }),
  action: ({ kind, pick, units, percent }) => {
    const bps = percentBps(percent);
    return {
      touches: "price",
      kind,
      discount: (lines) => {
        const picked = pickUnits(lines, units, pick);
        return { amounts: lines.map((line, index) => percentOfUnits(line, picked[index] ?? 0, bps)) };
      },
    };
  },
});
