import { z } from "zod";
import { UtcInstant } from "../http/types.ts";

const version = z.int().positive().meta({ description: "Of the rule set" });
const published = z.strictObject({ version, effectiveAt: UtcInstant, publishedBy: z.string() });

export const RULE_SET_EVENTS = {
  "rule_set.published": published.meta({ description: "A version of the program came into force" }),
  "rule_set.scheduled": published.meta({ description: "A version of the program will come into force" }),
  "rule_set.cancelled": z
    .strictObject({ version, effectiveAt: UtcInstant, cancelledBy: z.string() })
    .meta({ description: "A version that was to come into force will not" }),
  "campaign.upcoming": z
    .strictObject({ rule: z.string(), label: z.string().nullable(), startsAt: UtcInstant, until: UtcInstant.nullable() })
    .meta({ description: "A rule will begin to apply" }),
};
