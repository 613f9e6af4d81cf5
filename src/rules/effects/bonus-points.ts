import { z } from "zod";
import { defineEffect } from "./action.ts";
import { WalletId } from "./shared.ts";

/** Whole points once for the order, added after the rates and multipliers. */
export const bonusPoints = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("bonus_points"),
      wallet: WalletId,
      points: z.int().positive().max(1_000_000_000).meta({ description: "Whole points" }),
    })
    .meta({ id: "BonusPoints", description: "Whole points, once an order" }),
  action: ({ kind, wallet, points }) => ({ touches: "points", kind, grant: { grants: "bonus", wallet, points } }),
});
