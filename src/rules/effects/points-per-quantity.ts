import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Units, WalletId } from "./shared.ts";

/**
 * Points for each `perQuantity` units of the lines it touches, counted together; part of a step gives nothing. Multipliers
 * do not change them. After returns they are counted again on the units that are kept.
 */
export const pointsPerQuantity = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("points_per_quantity"),
      wallet: WalletId,
      points: z.int().positive().max(1_000_000).meta({ description: "Whole points" }),
      perQuantity: Units.default(1),
    })
    .meta({ id: "PointsPerQuantity", description: "Points for each whole `perQuantity` units of the lines together" }),
  action: ({ kind, wallet, points, perQuantity }) => ({
    touches: "points",
    kind,
    grant: { grants: "quantity", wallet, points, perQuantity },
  }),
});
