import { z } from "zod";
import { Label, Slug } from "../effects/shared.ts";

/** How a lane chooses among its rules. */
export const LANE_WINNERS = ["all", "first", "best_for_member", "least_cost"] as const;

/** Each rule of a lane that compares is tried on every order. */
export const COMPARED_RULES_MAX = 100;

export const LaneDefinition = z
  .strictObject({
    id: Slug.meta({ description: "What rules name it by", example: "campaigns" }),
    name: Label.optional(),
    winner: z.enum(LANE_WINNERS).optional().meta({
      description: "Which of its rules apply: `all` (default), the `first` by priority, the best for the member, or the least cost",
    }),
  })
  .meta({
    id: "LaneDefinition",
    description: "Rules that have their turn together; rules name it with `lane`",
    example: { id: "campaigns", winner: "best_for_member" },
  });

export type LaneDefinition = z.infer<typeof LaneDefinition>;
