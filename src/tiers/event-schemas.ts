import { z } from "zod";
import { UtcInstant } from "../http/types.ts";
import { TierId } from "../ledger/schemas.ts";
import { Requires, ReviewedCriterionSchema } from "./schemas.ts";

const changed = z.strictObject({
  from: TierId,
  to: TierId,
  cause: z.enum([
    "enrolment",
    "qualification",
    "opening_balance",
    "purchase",
    "goal",
    "reward",
    "rule",
    "manual",
    "review",
    "ladder_change",
    "merge",
    "unmerge",
  ]),
  sourceId: z.string().nullable().meta({ description: "The caller's id of what caused it, such as the order's" }),
});

export const TIER_EVENTS = {
  "tier.upgraded": changed.meta({ description: "A member has reached a higher tier" }),
  "tier.downgraded": changed.meta({ description: "A member has a lower tier, or one that the ladder has put in place of theirs" }),
  "tier.will_downgrade": z
    .strictObject({ tier: TierId, to: TierId, until: UtcInstant, requires: Requires, missing: z.array(ReviewedCriterionSchema) })
    .meta({ description: "A member has until `until` to keep the tier" }),
};
