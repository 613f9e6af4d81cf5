import { z } from "zod";
import { CallerId, Points } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";

const transfer = { transferId: CallerId, wallet: WalletId, points: Points };

export const TRANSFER_EVENTS = {
  "points.transferred_out": z
    .strictObject({ ...transfer, to: CallerId, fee: Points })
    .meta({ description: "Points went to another member; `fee` of them to nobody" }),
  "points.transferred_in": z.strictObject({ ...transfer, from: CallerId }).meta({ description: "Points came from another member" }),
};
