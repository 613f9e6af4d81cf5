import { z } from "zod";
import { CallerId, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { MemberParams } from "../members/schemas.ts";
import { WalletId } from "../rules/effects/shared.ts";
import type { ReversalView } from "./commands.ts";

/** Digits, as addresses have them. */
const EntrySeq = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "the sequence number of an entry")
  .transform(Number);

export const EntryParams = MemberParams.extend({
  seq: EntrySeq.meta({ param: { description: "The entry's number in the member's ledger (`seq`)" }, example: "12" }),
});

const EXAMPLE = { reason: "granted twice by mistake", actor: "agent-7" };

export const ReverseEntryBody = z
  .strictObject({
    reason: SafeText(500).meta({ description: "Why; kept for good", example: EXAMPLE.reason }),
    actor: SafeText(128).optional().meta({ description: "Who decided it; absent: the id of the API key", example: EXAMPLE.actor }),
    shortfall: z.enum(["refuse", "debt"]).default("refuse").meta({
      description: "When fewer points are left than are to be taken back: `refuse`, or take those and let the member owe the rest",
    }),
  })
  .meta({ id: "ReverseEntry", description: "Why a movement is undone", example: EXAMPLE });

export const ReversalSchema = z
  .strictObject({
    memberId: CallerId,
    seq: z.int().positive().meta({ description: "The entry that was reversed", example: 12 }),
    wallet: WalletId,
    points: Points.meta({ description: "Above 0 came back to the member, below 0 was taken back", example: -200 }),
    expired: Points.meta({ description: "Of what came back, what is gone again since its date had passed", example: 0 }),
    debt: Points.meta({ description: "How much more the member now owes; below 0 is less", example: 0 }),
    reason: z.string(),
    actor: z.string().meta({ description: "Who decided it", example: EXAMPLE.actor }),
    keyId: z.string().meta({ description: "Id of the API key that it came with, or `root`", example: "root" }),
    occurredAt: UtcInstant,
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "Reversal",
    description: "A movement that was undone by hand, and what the member has after it",
    example: {
      memberId: "17850",
      seq: 12,
      wallet: "points",
      points: -200,
      expired: 0,
      debt: 0,
      ...EXAMPLE,
      keyId: "root",
      occurredAt: "2026-03-01T12:00:00.000Z",
      balance: { wallets: { points: { available: 420, pending: 0, held: 0, debt: 0, accruedTotal: 420, redeemedTotal: 0 } }, version: 14 },
    },
  }) satisfies z.ZodType<ReversalView>;
