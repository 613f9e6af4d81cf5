import { z } from "zod";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";

const resolved = z.strictObject({ holdId: CallerId, captured: Points, released: Points });

export const HOLD_EVENTS = {
  "hold.opened": z
    .strictObject({ holdId: CallerId, wallet: WalletId, points: Points, expiresAt: UtcInstant })
    .meta({ description: "Points were reserved" }),
  "hold.captured": resolved.meta({ description: "Reserved points were spent, all or a part" }),
  "hold.released": resolved.meta({ description: "Reserved points are free again" }),
  "hold.expired": resolved.meta({ description: "The time of a hold was over: its points are free again" }),
};
