import { z } from "zod";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { EntitlementValue, WalletId } from "../rules/effects/shared.ts";
import { Channel } from "./redemption-schemas.ts";

const redemption = { redemptionId: CallerId, reward: z.string(), quantity: z.int().positive(), channel: Channel };
const ended = z.strictObject({ ...redemption, reason: z.string().optional() });

export const REWARD_EVENTS = {
  "reward.redeemed": z
    .strictObject({ ...redemption, price: z.array(z.strictObject({ wallet: WalletId, points: Points })) })
    .meta({ description: "A member has taken a reward" }),
  "reward.fulfilled": z.strictObject({ ...redemption, store: z.string().nullable() }).meta({ description: "A member has got a reward" }),
  "reward.cancelled": ended.meta({ description: "A redemption was cancelled: its points are back" }),
  "reward.expired": ended.meta({ description: "Nobody fulfilled a redemption in time: its points are back" }),
  "entitlement.granted": z
    .strictObject({ entitlement: z.string(), value: EntitlementValue, until: UtcInstant.nullable(), redemptionId: CallerId })
    .meta({ description: "A reward has given a privilege" }),
};
