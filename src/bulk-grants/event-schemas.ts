import { z } from "zod";
import { CallerId } from "../http/types.ts";

export const BULK_GRANT_EVENTS = {
  "bulk_grant.started": z.strictObject({ bulkGrantId: CallerId }).meta({ description: "Many members will be given something" }),
  "bulk_grant.ended": z
    .strictObject({ bulkGrantId: CallerId, status: z.enum(["done", "cancelled"]) })
    .meta({ description: "A bulk grant has come to its last member, or was cancelled" }),
};
