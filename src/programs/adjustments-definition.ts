import { z } from "zod";

const Limit = z.int().positive().max(1_000_000_000);

export const AdjustmentsDefinition = z
  .strictObject({
    maxPoints: Limit.optional().meta({ description: "Most points that one adjustment gives or takes", example: 5000 }),
    maxPointsPerDay: Limit.optional().meta({
      description: "Most points that one API key gives and takes on one local day, both together",
      example: 20_000,
    }),
  })
  .meta({ id: "AdjustmentsDefinition", description: "How much may be corrected by hand" });
