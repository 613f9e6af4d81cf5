import { z } from "zod";
import type { PaymentTerms } from "../rules/decision.ts";
import { AMOUNT_MAX, AmountMinor, hasTwoDecimals, percentBps } from "../rules/effects/shared.ts";

const RATE_MAX = 1_000_000;
/** Beyond it an order would be less paid for than given away. */
const SHARE_PERCENT_MAX = 50;

const Points = z.int().positive().max(AMOUNT_MAX);

/** On which terms members pay for orders with points of a wallet. */
export const PayWithPointsDefinition = z
  .strictObject({
    points: z.int().positive().max(RATE_MAX).meta({ description: "So many points pay `amount`", example: 100 }),
    amount: AmountMinor.max(RATE_MAX).meta({ description: "In minor units of the program's currency", example: 100 }),
    minimum: Points.optional().meta({
      description: "The fewest points of one order, a whole number of steps; one step when absent",
      example: 500,
    }),
    step: Points.optional().meta({
      description: "Points go in whole steps, each worth whole minor units; when absent the smallest such step",
      example: 100,
    }),
    maxShare: z
      .number()
      .positive()
      .max(SHARE_PERCENT_MAX)
      .refine(hasTwoDecimals, "at most two decimals")
      .default(SHARE_PERCENT_MAX)
      .meta({ description: "How much of an order's net points may pay, in percent: 50 at most", example: 30 }),
    earnOnPointsPaid: z.boolean().default(false).meta({ description: "Whether what is paid with points earns points too" }),
  })
  .meta({
    id: "PayWithPointsDefinition",
    description: "Terms on which members pay for orders with points",
    example: { points: 100, amount: 100, minimum: 500, step: 100, maxShare: 30 },
  });

export type PayWithPointsDefinition = z.infer<typeof PayWithPointsDefinition>;

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** The terms with what the file leaves out: the smallest step that is worth whole minor units, and a minimum of one step. */
export function paymentTerms({ maxShare, step, minimum, ...terms }: PayWithPointsDefinition): PaymentTerms {
  const { points, amount } = terms;
  const wholeStep = step ?? points / commonDivisor(points, amount);
  return { ...terms, step: wholeStep, minimum: minimum ?? wholeStep, maxShareBps: percentBps(maxShare) };
}
