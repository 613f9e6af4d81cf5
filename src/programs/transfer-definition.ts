import { z } from "zod";
import { AMOUNT_MAX, Percent, Slug } from "../rules/effects/shared.ts";

const Points = z.int().positive().max(AMOUNT_MAX).meta({ description: "Whole points", example: 100 });

const TransferFee = z
  .union([
    z
      .strictObject({
        percent: Percent,
        rounding: z.enum(["down", "up", "half_up"]).default("up").meta({ description: "How parts of a point are rounded" }),
      })
      .meta({ id: "TransferFeePercent", description: "A part of what is sent" }),
    z.strictObject({ points: Points }).meta({ id: "TransferFeePoints", description: "So many points, whatever is sent" }),
  ])
  .meta({ description: "What of the points sent does not arrive; nothing without it" });

/** On which terms members may give points of a wallet to each other. */
export const TransferDefinition = z
  .strictObject({
    fee: TransferFee.optional(),
    min: Points.optional().meta({ description: "The fewest points of one transfer, the fee included" }),
    max: Points.optional().meta({ description: "The most points of one transfer, the fee included" }),
    perDay: Points.optional().meta({ description: "The most points that a member sends on one local day" }),
    perMonth: Points.optional().meta({ description: "The most points that a member sends in one local calendar month" }),
    minTier: Slug.optional().meta({ description: "The lowest tier whose members may send", example: "silver" }),
  })
  .meta({
    id: "TransferDefinition",
    description: "Terms on which members give points to each other",
    example: { fee: { percent: 5 }, min: 10, perDay: 1000, minTier: "silver" },
  });

export type TransferDefinition = z.infer<typeof TransferDefinition>;
