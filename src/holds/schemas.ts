import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Instant, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { MemberParams } from "../members/schemas.ts";
import { WalletId } from "../rules/effects/shared.ts";
import type { HoldView, StoredHoldView } from "./commands.ts";

const PositivePoints = z.int().positive();

export const HoldParams = MemberParams.extend({ holdId: CallerId.meta({ param: { description: "The caller's id of the hold" } }) });

export const OpenHoldBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of the hold, unique in the program", example: "hold-536365" }),
    wallet: WalletId.optional().meta({ description: "Absent: the program's first wallet" }),
    points: PositivePoints.optional().meta({ description: "So many points, or a refusal", example: 300 }),
    upTo: PositivePoints.optional().meta({ description: "As many of so many as are available", example: 300 }),
    expiresAt: Instant.optional().meta({
      description: "When the points are free again by themselves: 30 minutes from now when absent, 30 days at the latest",
      example: "2026-03-01T12:30:00Z",
    }),
    reason: SafeText(500).optional().meta({ description: "What it is for", example: "checkout 536365" }),
  })
  .refine(({ points, upTo }) => (points === undefined) !== (upTo === undefined), {
    path: ["points"],
    message: "either points or upTo",
  })
  .meta({ id: "OpenHold", description: "Points to reserve", example: { id: "hold-536365", points: 300, reason: "checkout 536365" } });

export const CaptureHoldBody = z
  .strictObject({
    points: PositivePoints.optional().meta({ description: "So many of the points that are held; all of them when absent", example: 250 }),
  })
  .meta({ id: "CaptureHold", description: "How much of a hold to spend", example: { points: 250 } });

export const HoldStatus = z
  .enum(["open", "captured", "released", "expired"])
  .meta({ description: "Resolved once: `expired` is a hold whose time was over", example: "open" });

const holdShape = {
  id: CallerId,
  memberId: CallerId,
  wallet: WalletId,
  points: Points.meta({ description: "What was reserved", example: 300 }),
  status: HoldStatus,
  captured: Points.meta({ description: "Of it, what was spent", example: 0 }),
  released: Points.meta({ description: "Of it, what is free again; 0 while the hold is open", example: 0 }),
  reason: z.string().nullable(),
  createdAt: UtcInstant,
  expiresAt: UtcInstant.meta({ description: "From this instant on the points are free again", example: "2026-03-01T12:30:00.000Z" }),
  resolvedAt: UtcInstant.nullable(),
};
const EXAMPLE: StoredHoldView = {
  id: "hold-536365",
  memberId: "17850",
  wallet: "points",
  points: 300,
  status: "open",
  captured: 0,
  released: 0,
  reason: "checkout 536365",
  createdAt: "2026-03-01T12:00:00.000Z",
  expiresAt: "2026-03-01T12:30:00.000Z",
  resolvedAt: null,
};

export const HoldSchema = z
  .strictObject(holdShape)
  .meta({ id: "Hold", description: "Points that are reserved for a while", example: EXAMPLE }) satisfies z.ZodType<StoredHoldView>;

export const HoldWithBalanceSchema = z.strictObject({ ...holdShape, balance: BalanceSummarySchema }).meta({
  id: "HoldWithBalance",
  description: "A hold, and what the member has after it",
  example: {
    ...EXAMPLE,
    balance: { wallets: { points: { available: 20, pending: 0, held: 300, debt: 0, accruedTotal: 320, redeemedTotal: 0 } }, version: 7 },
  },
}) satisfies z.ZodType<HoldView>;

export const HoldsQuery = Page.extend({ status: HoldStatus.optional() });
export const HoldPage = pageOf(HoldSchema, "HoldPage");
