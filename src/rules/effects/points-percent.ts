import { z } from "zod";
import { rational } from "../../core/fraction.ts";
import { defineEffect } from "./action.ts";
import { BASIS_POINTS_ONE, PercentMore, percentBps, WalletId } from "./shared.ts";

/**
 * A percentage more of the points that rates and multipliers give on the lines it touches, in one wallet or in all that
 * earn. It is added beside other such percentages, never on top of them, and not on bonuses or points for quantities.
 * Rounds: down to whole points, each effect once for an order and wallet.
 */
export const pointsPercent = defineEffect({
  params: z
    .strictObject({ kind: z.literal("points_percent"), wallet: WalletId.optional(), percent: PercentMore })
    .meta({ id: "PointsPercent", description: "A percentage more of what rates and multipliers give on the lines" }),
  action: ({ kind, wallet, percent }) => ({
    touches: "points",
    kind,
    grant: { grants: "percent", wallet: wallet ?? null, share: rational(percentBps(percent), BASIS_POINTS_ONE), percent: `${percent}` },
  }),
});
