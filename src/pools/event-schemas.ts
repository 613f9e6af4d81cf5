import { z } from "zod";
import { CallerId } from "../http/types.ts";

const member = z.strictObject({ poolId: CallerId, maySpend: z.boolean() });

export const POOL_EVENTS = {
  "pool.created": z.strictObject({ poolId: CallerId }).meta({ description: "A member has made a household" }),
  "pool.joined": member.meta({ description: "A member is in a household" }),
  "pool.changed": member.meta({ description: "What a member may do in a household has changed" }),
  "pool.left": z.strictObject({ poolId: CallerId }).meta({ description: "A member is no longer in a household" }),
};
