import { z } from "zod";
import { sumGross, sumLeft } from "../open-line.ts";
import { defineEffect } from "./action.ts";
import { highestReached, Ladder } from "./ladder.ts";
import { AmountMinor, Threshold } from "./shared.ts";
import { spreadDiscount } from "./spread-discount.ts";

/**
 * A ladder of 满减: 300−50, 500−100; the highest step that is reached gives its amount, once. The threshold is that of
 * `discount_per_step`; the amount is spread over the lines like any other.
 */
export const discountLadder = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("discount_ladder"),
      steps: Ladder(z.strictObject({ atLeast: AmountMinor, amount: AmountMinor }).meta({ id: "DiscountLadderStep" })).meta({
        description: "From so much, so much off",
      }),
      threshold: Threshold,
    })
    .meta({ id: "DiscountLadder", description: "The amount of the highest step that is reached, once" }),
  action: ({ kind, steps, threshold }) => ({
    touches: "price",
    kind,
    discount: (lines) => {
      const reached = highestReached(steps, threshold === "list" ? sumGross(lines) : sumLeft(lines));
      if ("shortfall" in reached) return { reason: { kind: "threshold", ...reached.shortfall } };
      return { amounts: spreadDiscount(reached.step.amount, lines) };
    },
  }),
});
