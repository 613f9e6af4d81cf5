import { z } from "zod";
import { CallerId, Points } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";

const byHand = { wallet: WalletId, points: Points, debt: Points, reason: z.string(), actor: z.string() };

export const ADJUSTMENT_EVENTS = {
  "points.adjusted": z
    .strictObject({ adjustmentId: CallerId, ...byHand })
    .meta({ description: "Points were given or (below 0) taken by hand; `debt` of them are owed" }),
  "entry.reversed": z
    .strictObject({ seq: z.int().positive(), ...byHand, expired: Points })
    .meta({ description: "An entry of the ledger was undone by hand: above 0 came back, below 0 was taken" }),
  "points.granted": z
    .strictObject({ bulkGrantId: CallerId, wallet: WalletId, points: Points })
    .meta({ description: "A bulk grant has given points" }),
};
