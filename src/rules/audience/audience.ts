import { z } from "zod";
import type { MemberFacts, RuleTrace } from "../decision.ts";
import { Slug } from "../effects/shared.ts";

export const SegmentId = Slug.meta({ description: "The caller's id of a segment: a list of members", example: "press" });

const NAMES_MAX = 50;
const Segments = z.array(SegmentId).min(1).max(NAMES_MAX);

/** Whom a rule is for. All that is said must hold; of a list one entry is enough. */
export const Audience = z
  .strictObject({
    tiers: z.array(Slug).min(1).max(NAMES_MAX).optional().meta({ description: "Members with one of these tiers" }),
    segments: Segments.optional().meta({ description: "Members on one of these lists" }),
    exclude: z
      .strictObject({ segments: Segments.meta({ description: "But for members on one of these lists" }) })
      .optional()
      .meta({ description: "Whom it is not for" }),
  })
  .refine((audience) => Object.values(audience).some((value) => value !== undefined), "an audience says whom: at least one field")
  .meta({
    id: "Audience",
    description: "Whom a rule is for: members with one of some tiers, on one of some lists, and on none of others",
    example: { tiers: ["gold"], exclude: { segments: ["staff"] } },
  });
export type Audience = z.infer<typeof Audience>;

type Reason = Extract<NonNullable<RuleTrace["reason"]>, { kind: "not_in_audience" }>;
const notIn = (field: Reason["field"]): Reason => ({ kind: "not_in_audience", field });

/** Why a rule is not for a member, null when it is. A list that there is not holds nobody. */
export function barredFrom(
  { tiers, segments, exclude }: Audience,
  { tier, segments: own }: Pick<MemberFacts, "tier" | "segments">,
): Reason | null {
  if (tiers !== undefined && !tiers.includes(tier)) return notIn("tiers");
  if (segments !== undefined && !segments.some((segment) => own.includes(segment))) return notIn("segments");
  return exclude?.segments.some((segment) => own.includes(segment)) ? notIn("exclude") : null;
}
