import { z } from "zod";
import { AmountMinor, Points } from "../http/types.ts";
import { PAYMENT_REASONS } from "../rules/decision.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { LineNumber } from "./cart-schema.ts";
import type { PaidBack, PaymentView } from "./order.ts";

/** The facts of a refusal, each of one reason. */
export const refusalFacts = {
  minimum: Points.optional().meta({ description: "Of `below_minimum`: the fewest points of one order" }),
  step: Points.optional().meta({ description: "Of `not_a_step`: points go in whole steps of so many" }),
  atMost: Points.optional().meta({ description: "Of `share_exceeded`: the most points that this order takes, whoever pays" }),
  missing: Points.optional().meta({ description: "Of `insufficient_points`: how many points the member lacks" }),
};

const RefusalSchema = z.strictObject({ reason: z.enum(PAYMENT_REASONS), ...refusalFacts }).meta({
  id: "PaymentRefusal",
  description: "Why so many points cannot pay for a cart",
  example: { reason: "share_exceeded", atMost: 700 },
});

export const PaymentSchema = z
  .strictObject({
    wallet: WalletId,
    points: Points.meta({ description: "Points that are used; 0 where none can be", example: 500 }),
    amount: AmountMinor.meta({ description: "What they pay, in minor units", example: 500 }),
    remaining: AmountMinor.meta({ description: "`totals.payable` less `amount`: what is left to be paid in money", example: 1499 }),
    lines: z
      .array(z.strictObject({ line: LineNumber, amount: AmountMinor }).meta({ id: "LinePayment" }))
      .meta({ description: "How the amount is spread over the lines, in proportion to their net; lines with nothing are left out" }),
    refused: RefusalSchema.optional().meta({
      description: "Of a quote: why the points asked for are not used. An order that asks for them is refused",
    }),
    most: z
      .strictObject({
        points: Points.meta({ description: "The most points that could be used", example: 700 }),
        amount: AmountMinor.meta({ description: "What they would pay", example: 700 }),
        notMore: RefusalSchema.meta({ description: "Why it is not one step more, or where it is 0 not the minimum" }),
      })
      .meta({ id: "MostPayment" })
      .optional()
      .meta({ description: "Of a quote: how many it could be" }),
  })
  .meta({
    id: "OrderPayment",
    description: "What of an order or a quote is paid with points; of an order as it was placed, and returns say what came back",
    example: { wallet: "points", points: 500, amount: 500, remaining: 1499, lines: [{ line: 1, amount: 500 }] },
  }) satisfies z.ZodType<PaymentView>;

export const PaidBackSchema = z
  .strictObject({
    wallet: WalletId,
    points: Points.meta({ description: "Given back to the lots that they came from", example: 200 }),
    expired: Points.meta({ description: "Of them, what came back after its date and is gone again", example: 0 }),
    amount: AmountMinor.meta({ description: "What of the returned net they had paid", example: 200 }),
    refund: AmountMinor.meta({ description: "`returnedNet` less `amount`: what is paid back in money", example: 300 }),
  })
  .meta({ id: "PaidBack", description: "How a return of an order that was paid with points is paid back" }) satisfies z.ZodType<PaidBack>;
