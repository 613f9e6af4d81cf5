import { z } from "zod";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { WalletId } from "../rules/effects/shared.ts";
import type { ErasureView } from "./commands.ts";

export const EraseMemberBody = z
  .strictObject({
    points: z.enum(["forfeit", "keep"]).meta({
      description:
        "What becomes of the points that are left: they go to breakage at once, or stay until they expire, as a liability that nobody can claim",
    }),
  })
  .meta({ id: "EraseMember", description: "What becomes of the points of who is erased", example: { points: "forfeit" } });

export const ErasureSchema = z
  .strictObject({
    memberId: CallerId,
    erasedAt: UtcInstant,
    forfeited: z.record(WalletId, Points).meta({ description: "Points that went to breakage, by wallet", example: { points: 120 } }),
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "Erasure",
    description: "An erasure, and what the member's wallets have after it",
    example: {
      memberId: "17850",
      erasedAt: "2026-03-01T12:00:00.000Z",
      forfeited: { points: 120 },
      balance: { wallets: { points: { available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 120, redeemedTotal: 0 } }, version: 8 },
    },
  }) satisfies z.ZodType<ErasureView>;
