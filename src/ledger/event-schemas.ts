import { z } from "zod";
import { CalendarDate, CallerId, Points, UtcInstant } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { SourceSchema } from "./schemas.ts";

const ofLot = { lot: z.int().positive().meta({ description: "The number of the entry that made the lot" }), points: Points };
const moved = { wallet: WalletId, points: Points };

export const LEDGER_EVENTS = {
  "points.activated": z.strictObject(ofLot).meta({ description: "Pending points have become available" }),
  "points.expired": z.strictObject(ofLot).meta({ description: "Points have expired" }),
  "points.will_expire": z
    .strictObject({ ...moved, at: UtcInstant, expiresOn: CalendarDate, notice: z.string().meta({ description: "How long ahead" }) })
    .meta({ description: "Points will expire" }),
  "points.redeemed": z.strictObject({ ...moved, source: SourceSchema }).meta({ description: "Points were spent" }),
  "points.given_back": z
    .strictObject({ ...moved, expired: Points, source: SourceSchema })
    .meta({ description: "Spent points came back; `expired` of them are gone at once" }),
  "points.drawn": z
    .strictObject({ ...moved, by: CallerId, poolId: CallerId })
    .meta({ description: "Another member of the household has spent points of this one" }),
};
