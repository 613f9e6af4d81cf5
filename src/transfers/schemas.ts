import { z } from "zod";
import { CallerId, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { AMOUNT_MAX, WalletId } from "../rules/effects/shared.ts";
import type { TransferView } from "./commands.ts";

export const TransferParams = z.object({
  transferId: CallerId.meta({ description: "The caller's id of the transfer", example: "gift-1" }),
});

export const TransferPointsBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of this transfer", example: "gift-1" }),
    from: CallerId.meta({ description: "The member who gives", example: "17850" }),
    to: CallerId.meta({ description: "The member who receives", example: "13047" }),
    wallet: WalletId.optional().meta({ description: "Which points; the first wallet that takes transfers without it", example: "points" }),
    points: z.int().positive().max(AMOUNT_MAX).meta({ description: "What leaves the giver, the fee included", example: 100 }),
    note: SafeText(500).optional().meta({ description: "Words to go with it; kept for good", example: "Happy birthday" }),
  })
  .meta({
    id: "TransferPoints",
    description: "Points that one member gives to another",
    example: { id: "gift-1", from: "17850", to: "13047", points: 100, note: "Happy birthday" },
  });

export const TransferSchema = z
  .strictObject({
    id: CallerId,
    from: CallerId.meta({ description: "Who gave" }),
    to: CallerId.meta({ description: "Who received" }),
    wallet: WalletId,
    points: Points.meta({ description: "What left the giver, the fee included" }),
    fee: Points.meta({ description: "What of it did not arrive" }),
    arrived: Points.meta({ description: "What the receiver got" }),
    note: z.string().nullable().meta({ description: "The words that went with it" }),
    transferredAt: UtcInstant,
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "Transfer",
    description: "A transfer, with what it left the giver. Of the receiver's balance it says nothing",
    example: {
      id: "gift-1",
      from: "17850",
      to: "13047",
      wallet: "points",
      points: 100,
      fee: 5,
      arrived: 95,
      note: "Happy birthday",
      transferredAt: "2026-03-01T12:00:00.000Z",
      balance: { wallets: { points: { available: 20, pending: 0, held: 0, debt: 0, accruedTotal: 120, redeemedTotal: 0 } }, version: 7 },
    },
  }) satisfies z.ZodType<TransferView>;
