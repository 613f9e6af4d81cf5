import { z } from "zod";
import { CallerId } from "../http/types.ts";
import { TierId } from "../ledger/schemas.ts";

const MemberStatus = z.enum(["placeholder", "pending", "active", "suspended", "closed", "erased"]);

export const MEMBER_EVENTS = {
  "member.enrolled": z.strictObject({ tier: TierId }).meta({ description: "A member has joined" }),
  "member.updated": z
    .strictObject({ fields: z.array(z.string()) })
    .meta({ description: "Something about a member has changed; the fields of the profile are named, without their values" }),
  "member.status_changed": z.strictObject({ from: MemberStatus, to: MemberStatus }).meta({ description: "A member has another status" }),
  "balance.opened": z
    .strictObject({ openingId: CallerId, lots: z.int().nonnegative() })
    .meta({ description: "A member has come from a former system, with so many lots of points" }),
};
