import { z } from "zod";
import { CallerId } from "../http/types.ts";
import { BalanceSchema, ConsistencySchema } from "./schemas.ts";

export const BalancesRequest = z
  .strictObject({
    memberIds: z.array(CallerId).min(1).max(500).meta({ description: "Who is asked for; 500 at most" }),
    consistency: ConsistencySchema,
  })
  .meta({ id: "BalancesRequest", example: { memberIds: ["17850", "13047"] } });

export const BalancesSchema = z
  .strictObject({
    data: z.array(
      z
        .strictObject({
          memberId: CallerId.meta({ description: "As it was asked for; of who was merged the balance names the member they are now" }),
          balance: BalanceSchema.nullable().meta({ description: "null where nobody has the id" }),
        })
        .meta({ id: "BalanceOfMember", description: "What one of the members has, if there is one" }),
    ),
  })
  .meta({
    id: "Balances",
    description: "The balances of the members that were asked for, in their order",
    example: {
      data: [
        {
          memberId: "17850",
          balance: {
            memberId: "17850",
            tier: "silver",
            wallets: { points: { available: 120, pending: 0, held: 0, debt: 0, accruedTotal: 120, redeemedTotal: 0, expiring: [] } },
            version: 7,
            asOf: "2026-03-01T12:00:00.000Z",
          },
        },
        { memberId: "13047", balance: null },
      ],
    },
  });
