import { z } from "zod";
import type { Attributes } from "../decision.ts";
import { defineEffect, type EffectReason } from "./action.ts";
import { highestReached, Ladder } from "./ladder.ts";
import { PriceMinor } from "./shared.ts";
import { lowerToUnitPrice } from "./unit-price.ts";

/** The number of participants that an order carries, or why there is none. */
function participantsOf(attributes: Attributes, name: string, part: string): { participants: number } | { reason: EffectReason } {
  const path = `order.attributes.${name}`;
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (value === undefined) return { reason: { kind: "attribute_missing", part, path } };
  const isCount = typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
  return isCount
    ? { participants: value }
    : { reason: { kind: "evaluation_failed", part, detail: `${path} is not a whole number from 0` } };
}

/**
 * Group-buy: each unit of the lines it touches for the price of the highest step that the number of participants
 * reaches, where that is lower than what is left. The shop sends how many have joined as an attribute of the order.
 */
export const groupPrice = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("group_price"),
      attribute: z.string().min(1).max(64).default("groupSize").meta({ description: "The order's attribute that says how many take part" }),
      steps: Ladder(
        z
          .strictObject({ atLeast: z.int().positive().meta({ description: "Participants" }), unitPrice: PriceMinor })
          .meta({ id: "GroupPriceStep" }),
      ).meta({ description: "From so many participants, this price" }),
    })
    .meta({ id: "GroupPrice", description: "A price from so many participants" }),
  action: ({ kind, attribute, steps }) => ({
    touches: "price",
    kind,
    discount: (lines, order) => {
      const counted = participantsOf(order.attributes, attribute, kind);
      if ("reason" in counted) return counted;
      const reached = highestReached(steps, counted.participants);
      if ("shortfall" in reached) return { reason: { kind: "too_few", of: "participants", ...reached.shortfall } };
      return lowerToUnitPrice(lines, () => reached.step.unitPrice);
    },
  }),
});
