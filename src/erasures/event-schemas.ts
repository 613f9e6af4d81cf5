import { z } from "zod";
import { Points } from "../http/types.ts";
import { WalletId } from "../rules/effects/shared.ts";

export const ERASURE_EVENTS = {
  "member.erased": z.strictObject({ forfeited: z.record(WalletId, Points) }).meta({
    description:
      "Everything personal of a member was erased, and so many points of each wallet went to breakage: erase what you keep of them",
  }),
};
