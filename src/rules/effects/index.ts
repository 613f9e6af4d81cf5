import { z } from "zod";
import { AmountMinor, Multiplier, Percent, WalletId } from "./shared.ts";

// The shapes are final; each kind moves into a file of its own together with what it does.
const pointsPerAmount = z
  .strictObject({
    kind: z.literal("points_per_amount"),
    wallet: WalletId,
    points: z.int().positive().max(1_000_000),
    perAmount: AmountMinor,
  })
  .meta({ id: "PointsPerAmount" });
const pointsMultiplier = z
  .strictObject({ kind: z.literal("points_multiplier"), wallet: WalletId.optional(), multiplier: Multiplier })
  .meta({ id: "PointsMultiplier" });
const bonusPoints = z
  .strictObject({ kind: z.literal("bonus_points"), wallet: WalletId, points: z.int().positive().max(1_000_000_000) })
  .meta({ id: "BonusPoints" });
const discountPercent = z.strictObject({ kind: z.literal("discount_percent"), percent: Percent }).meta({ id: "DiscountPercent" });
const discountAmount = z.strictObject({ kind: z.literal("discount_amount"), amount: AmountMinor }).meta({ id: "DiscountAmount" });
const discountPerStep = z
  .strictObject({
    kind: z.literal("discount_per_step"),
    step: AmountMinor,
    amount: AmountMinor,
    repeat: z.boolean().default(false),
    threshold: z.enum(["left", "list"]).default("left"),
  })
  .meta({ id: "DiscountPerStep" });
const freeShipping = z.strictObject({ kind: z.literal("free_shipping") }).meta({ id: "FreeShipping" });

/** The only list of effect kinds. */
export const Effect = z
  .discriminatedUnion("kind", [
    pointsPerAmount,
    pointsMultiplier,
    bonusPoints,
    discountPercent,
    discountAmount,
    discountPerStep,
    freeShipping,
  ])
  .meta({ id: "Effect" });
export type Effect = z.infer<typeof Effect>;
