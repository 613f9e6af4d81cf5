import { z } from "zod";
import { CallerId, Instant, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { WalletId } from "../rules/effects/shared.ts";
import type { AdjustmentView } from "./commands.ts";

const ADJUSTED_MAX = 1_000_000_000;

export const AdjustPointsBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of this adjustment", example: "adj-2026-17" }),
    wallet: WalletId.optional().meta({ description: "Absent: the program's first", example: "points" }),
    points: z
      .int()
      .min(-ADJUSTED_MAX)
      .max(ADJUSTED_MAX)
      .refine((points) => points !== 0, "not 0")
      .meta({ description: "Whole points: above 0 gives, below 0 takes", example: 500 }),
    shortfall: z.enum(["refuse", "debt"]).default("refuse").meta({
      description: "When fewer points are available than are to be taken: `refuse`, or take those and let the member owe the rest",
    }),
    reason: SafeText(500).meta({ description: "Why; kept for good", example: "made up for a lost parcel" }),
    actor: SafeText(128).optional().meta({ description: "Who decided it; absent: the id of the API key", example: "agent-7" }),
    expiresAt: Instant.optional().meta({ description: "When given points expire; absent: as the wallet's points do from now on" }),
  })
  .meta({
    id: "AdjustPoints",
    description: "Points to give or take by hand",
    example: { id: "adj-2026-17", points: 500, reason: "made up for a lost parcel", actor: "agent-7" },
  });

export const AdjustmentSchema = z
  .strictObject({
    id: CallerId,
    memberId: CallerId,
    wallet: WalletId,
    points: Points,
    debt: Points.meta({ description: "Of what was taken, what the member now owes", example: 0 }),
    reason: z.string(),
    actor: z.string().meta({ description: "Who decided it", example: "agent-7" }),
    keyId: z.string().meta({
      description: "Id of the API key that it came with, `root`, or `user:` and the subject of a person's token",
      example: "root",
    }),
    occurredAt: UtcInstant,
    expiresAt: UtcInstant.nullable().meta({ description: "When given points expire; null: never, or points were taken" }),
    keyPointsLeft: Points.optional().meta({ description: "Where the key has `pointsPerDay` and gave: what it may still give on that day" }),
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "Adjustment",
    description: "An adjustment by hand, and what the member has after it",
    example: {
      id: "adj-2026-17",
      memberId: "17850",
      wallet: "points",
      points: 500,
      debt: 0,
      reason: "made up for a lost parcel",
      actor: "agent-7",
      keyId: "root",
      occurredAt: "2026-03-01T12:00:00.000Z",
      expiresAt: null,
      balance: { wallets: { points: { available: 620, pending: 0, held: 0, debt: 0, accruedTotal: 120, redeemedTotal: 0 } }, version: 8 },
    },
  }) satisfies z.ZodType<AdjustmentView>;
