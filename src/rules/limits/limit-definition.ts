import { z } from "zod";
import { AMOUNT_MAX, WalletId } from "../effects/shared.ts";

/** Calendar periods in the program's time zone; weeks begin on Monday. */
export const LimitPeriod = z.enum(["day", "week", "month", "quarter", "year"]);
export type LimitPeriod = z.infer<typeof LimitPeriod>;

export const ReturnsPolicy = z
  .enum(["restore", "keep"])
  .meta({ description: "Whether returns and cancellations give back what the order used (`restore`, default)" });

const limit = {
  of: z.enum(["points", "money", "uses"]).meta({
    description: "What is counted: points of a wallet, money off price and shipping in minor units, or orders on which the rule applied",
  }),
  wallet: WalletId.optional().meta({ description: "With `of: points`: their wallet; the program's first one without it" }),
  atMost: z.int().positive().max(AMOUNT_MAX).meta({ description: "Points, minor units or orders", example: 100_000 }),
  per: LimitPeriod.optional().meta({ description: "Calendar period after which it begins anew; without it the rule's whole life" }),
  returns: ReturnsPolicy.optional(),
};

export const CapDefinition = z
  .strictObject({
    ...limit,
    for: z.enum(["order", "member"]).meta({ description: "For each order, or for each member" }),
    each: z
      .string()
      .regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/)
      .optional()
      .meta({
        description:
          "With `for: member` on events: counts apart for each value of this field of the event's data, which its schema requires",
        example: "orderId",
      }),
  })
  .meta({
    id: "CapDefinition",
    description: "The most that a rule gives on an order or to a member",
    example: { of: "uses", atMost: 1, for: "member", per: "day" },
  });

export const BudgetDefinition = z.strictObject(limit).meta({
  id: "BudgetDefinition",
  description: "The most that a rule gives to all members together",
  example: { of: "money", atMost: 100_000, per: "month" },
});

export type CapDefinition = z.infer<typeof CapDefinition>;
export type BudgetDefinition = z.infer<typeof BudgetDefinition>;
