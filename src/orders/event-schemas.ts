import { z } from "zod";
import { AmountMinor, CallerId, Points } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { OrderTotalsSchema } from "./view-schemas.ts";

const ofOrder = { orderId: CallerId };

export const ORDER_EVENTS = {
  "order.placed": z.strictObject({ ...ofOrder, totals: OrderTotalsSchema }).meta({ description: "An order was taken down" }),
  "order.revised": z
    .strictObject({ ...ofOrder, totals: OrderTotalsSchema })
    .meta({ description: "An order was changed before its completion" }),
  "order.completed": z.strictObject(ofOrder).meta({ description: "An order is complete" }),
  "order.cancelled": z.strictObject(ofOrder).meta({ description: "An order was cancelled: all of it counts as returned" }),
  "order.returned": z
    .strictObject({ ...ofOrder, returnId: CallerId, returnedNet: AmountMinor })
    .meta({ description: "Lines of an order came back" }),
  "points.accrued": z
    .strictObject({
      wallet: WalletId,
      points: Points,
      rule: z.string().optional().meta({ description: "Of points with terms of their own" }),
      orderId: CallerId.optional(),
      eventId: CallerId.optional(),
    })
    .meta({ description: "A member has earned points, by an order or an event of theirs" }),
  "points.clawed_back": z
    .strictObject({ wallet: WalletId, ...ofOrder, points: Points, debt: Points, writtenOff: Points })
    .meta({ description: "A return took points back; `debt` of them are owed, `writtenOff` more are not asked for" }),
  "points.confirmed": z
    .strictObject({ ...ofOrder, points: z.array(z.strictObject({ wallet: WalletId, amount: Points })) })
    .meta({ description: "Points of an order that waited for a confirmation wait no more" }),
};
