import { z } from "zod";
import { rational } from "../../core/fraction.ts";
import { defineEffect } from "./action.ts";
import { AmountMinor, WalletId } from "./shared.ts";

/**
 * Adds a rate of accrual on the lines it touches, on top of the program's own: so many points for so many minor units.
 * Rounds: not here; the points of an order are rounded down once for each wallet.
 */
export const pointsPerAmount = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("points_per_amount"),
      wallet: WalletId,
      points: z.int().positive().max(1_000_000).meta({ description: "Whole points" }),
      perAmount: AmountMinor,
    })
    .meta({ id: "PointsPerAmount", description: "A further rate of points on the lines" }),
  action: ({ kind, wallet, points, perAmount }) => ({
    touches: "points",
    kind,
    grant: { grants: "rate", wallet, perMinorUnit: rational(points, perAmount) },
  }),
});
