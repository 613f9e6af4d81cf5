import { z } from "zod";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";

const byHand = { wallet: WalletId, points: Points, debt: Points, reason: z.string(), actor: z.string() };
const decided = { adjustmentId: CallerId, wallet: WalletId, points: Points, decidedBy: z.string() };

export const ADJUSTMENT_EVENTS = {
  "points.adjusted": z
    .strictObject({ adjustmentId: CallerId, ...byHand })
    .meta({ description: "Points were given or (below 0) taken by hand; `debt` of them are owed" }),
  "adjustment.proposed": z
    .strictObject({ adjustmentId: CallerId, wallet: WalletId, points: Points, reason: z.string(), actor: z.string(), endsAt: UtcInstant })
    .meta({ description: "An adjustment of so many points waits until `endsAt` for somebody else's approval; nothing has moved" }),
  "adjustment.approved": z
    .strictObject(decided)
    .meta({ description: "A proposed adjustment was approved; `points.adjusted` says what it did" }),
  "adjustment.declined": z
    .strictObject({ ...decided, reason: z.string() })
    .meta({ description: "A proposed adjustment was declined; nothing has moved" }),
  "entry.reversed": z
    .strictObject({ seq: z.int().positive(), ...byHand, expired: Points })
    .meta({ description: "An entry of the ledger was undone by hand: above 0 came back, below 0 was taken" }),
  "points.granted": z
    .strictObject({ bulkGrantId: CallerId, wallet: WalletId, points: Points })
    .meta({ description: "A bulk grant has given points" }),
};
