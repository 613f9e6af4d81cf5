import { z } from "zod";
import { Duration } from "./wallet-definition.ts";

const Limit = z.int().positive().max(1_000_000_000);

export const AdjustmentsDefinition = z
  .strictObject({
    maxPoints: Limit.optional().meta({ description: "Most points that one adjustment gives or takes", example: 5000 }),
    maxPointsPerDay: Limit.optional().meta({
      description: "Most points that one API key gives and takes on one local day, both together",
      example: 20_000,
    }),
    approval: z
      .strictObject({
        above: Limit.meta({ description: "An adjustment of more points than this, given or taken, is only proposed", example: 1000 }),
        within: Duration.default("P7D").meta({ description: "After so long a proposal can be approved no more", example: "P7D" }),
      })
      .optional()
      .meta({ description: "Large adjustments take effect when another key, or another person, approves them" }),
  })
  .meta({ id: "AdjustmentsDefinition", description: "How much may be corrected by hand" });
