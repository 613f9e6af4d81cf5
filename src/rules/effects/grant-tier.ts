import { z } from "zod";
import { defineEffect } from "./action.ts";
import { Slug } from "./shared.ts";

const Until = z
  .string()
  .regex(
    /^P(?:\d{1,4}D|\d{1,3}M|\d{1,2}Y)(?:\/EO[MQY])?$/,
    "a period with an optional rounding to the end of the month, quarter or year: P1M, P1M/EOM",
  )
  .meta({ description: "How long the tier is given; then the member goes to the one they qualify for", example: "P1M/EOM" });

/** Lifts the member to a tier at least when what it is given for counts; for a period, or as the tier is kept otherwise. */
export const grantTier = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("grant_tier"),
      tier: Slug.meta({ description: "At least this tier", example: "gold" }),
      until: Until.optional(),
    })
    .meta({ id: "GrantTier", description: "Lifts the member to a tier" }),
  action: ({ kind, tier, until }) => ({
    touches: "storefront",
    kind,
    name: tier,
    gives: { kind, tier, ...(until !== undefined && { until }) },
  }),
});
