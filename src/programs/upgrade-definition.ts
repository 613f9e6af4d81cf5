import { z } from "zod";
import { Label, Slug, WalletId } from "../rules/effects/shared.ts";
import { Criteria } from "./tier-definition.ts";

export const UPGRADES_MAX = 50;

/** A way up beside qualification: bought with points, or given for a goal. */
export const UpgradeDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the upgrade; requests name it", example: "one-step" }),
    name: Label.optional(),
    steps: z.int().min(1).max(10).default(1).meta({ description: "How many tiers it goes up" }),
    upTo: Slug.optional().meta({ description: "The highest tier that it leads to; the top without it", example: "gold" }),
    from: z.array(Slug).min(1).max(50).optional().meta({ description: "Only from these tiers" }),
    price: z
      .strictObject({ wallet: WalletId, points: z.int().positive().max(1_000_000_000).meta({ description: "Whole points" }) })
      .optional()
      .meta({ description: "The member buys it with points" }),
    goal: z
      .union([
        z.strictObject({ any: Criteria.meta({ description: "One of these is enough" }) }),
        z.strictObject({ all: Criteria.meta({ description: "Each of these is needed" }) }),
      ])
      .optional()
      .meta({ description: "It comes by itself as soon as this is reached" }),
    limit: z
      .strictObject({
        times: z.int().positive().max(1000).meta({ description: "How often" }),
        per: z.enum(["lifetime", "year", "quarter", "month"]).meta({ description: "Calendar period in the program's zone" }),
      })
      .optional()
      .meta({ description: "How often a member may have it" }),
  })
  .refine(({ price, goal }) => (price === undefined) !== (goal === undefined), { error: "`price` or `goal`, one of them", path: ["price"] })
  .refine(({ goal, limit }) => goal === undefined || limit !== undefined, {
    error: "a goal needs a limit: while it is reached it would lift the member again and again",
    path: ["limit"],
  })
  .meta({ id: "UpgradeDefinition", description: "A way up the ladder beside qualification" });

export type UpgradeDefinition = z.infer<typeof UpgradeDefinition>;
