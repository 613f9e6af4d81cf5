import { z } from "zod";
import { defineEffect } from "./action.ts";
import { countUnits, percentOfUnits, pickUnits } from "./pick-units.ts";
import { Percent, percentBps, Units } from "./shared.ts";

/**
 * Buy 2, get 1: of the units of the lines it touches, each whole set of `buy` + `get` makes `get` units free, or a
 * percentage cheaper; always the cheapest ones of all, and at most `limit` sets. Rounds: half up, on each line.
 */
export const buyXGetY = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("buy_x_get_y"),
      buy: Units,
      get: Units,
      percent: Percent.default(100),
      limit: Units.optional().meta({ description: "Sets at most; absent is as many as there are" }),
    })
    .meta({ id: "BuyXGetY", description: "Of each `buy` + `get` units, the `get` cheapest of all are free or cheaper" }),
  action: ({ kind, buy, get, percent, limit }) => {
    const [set, bps] = [buy + get, percentBps(percent)];
    return {
      touches: "price",
      kind,
      discount: (lines) => {
        const units = countUnits(lines);
        if (units < set) return { reason: { kind: "too_few", of: "units", atLeast: set, value: units, short: set - units } };
        const sets = Math.min(Math.floor(units / set), limit ?? Number.POSITIVE_INFINITY);
        const picked = pickUnits(lines, sets * get, "cheapest");
        return { amounts: lines.map((line, index) => percentOfUnits(line, picked[index] ?? 0, bps)) };
      },
    };
  },
});
