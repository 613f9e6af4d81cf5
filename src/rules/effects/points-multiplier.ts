import { z } from "zod";
import { rational } from "../../core/fraction.ts";
import { defineEffect } from "./action.ts";
import { BASIS_POINTS_ONE, Multiplier, multiplierBps, WalletId } from "./shared.ts";

/**
 * Multiplies the points of the lines it touches, in one wallet or in all that earn. How several multipliers of a line go
 * together is the program's choice (`multipliers`). Exact: 1.2 is 12 000 ten-thousandths.
 */
export const pointsMultiplier = defineEffect({
  params: z
    .strictObject({ kind: z.literal("points_multiplier"), wallet: WalletId.optional(), multiplier: Multiplier })
    .meta({ id: "PointsMultiplier", description: "Multiplies the points of the lines" }),
  action: ({ kind, wallet, multiplier }) => ({
    touches: "points",
    kind,
    grant: {
      grants: "multiplier",
      wallet: wallet ?? null,
      factor: rational(multiplierBps(multiplier), BASIS_POINTS_ONE),
      multiplier: `${multiplier}`,
    },
  }),
});
