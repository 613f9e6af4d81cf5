import { z } from "zod";
import { CallerId, Instant, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema, TierId, Version } from "../ledger/schemas.ts";
import { Slug, WalletId } from "../rules/effects/shared.ts";
import type { BoughtUpgradeView, TierSetView } from "./commands.ts";

export const BuyUpgradeBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of this purchase", example: "up-2026-1" }),
    upgrade: Slug.meta({ description: "Id of an upgrade of the program", example: "one-step" }),
  })
  .meta({ id: "BuyTierUpgrade", description: "An upgrade to buy", example: { id: "up-2026-1", upgrade: "one-step" } });

const TierStep = z.strictObject({ before: TierId, after: TierId }).meta({ id: "TierMove", description: "The tier before and after" });

export const BoughtUpgradeSchema = z
  .strictObject({
    id: CallerId,
    memberId: CallerId,
    upgrade: Slug,
    price: z.strictObject({ wallet: WalletId, points: Points }).meta({ id: "UpgradePrice", description: "What it cost" }),
    tier: TierStep,
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "BoughtTierUpgrade",
    description: "An upgrade that was bought, and what the member has left",
    example: {
      id: "up-2026-1",
      memberId: "17850",
      upgrade: "one-step",
      price: { wallet: "points", points: 100 },
      tier: { before: "regular", after: "silver" },
      balance: { wallets: { points: { available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 100, redeemedTotal: 100 } }, version: 7 },
    },
  }) satisfies z.ZodType<BoughtUpgradeView>;

export const SetTierBody = z
  .strictObject({
    tier: Slug.meta({ description: "A tier of the program", example: "gold" }),
    until: Instant.optional().meta({ description: "When the member goes to the tier that they qualify for; absent: as the tier is kept" }),
    reason: SafeText(500).meta({ description: "Why; kept for good", example: "made up for a lost parcel" }),
    actor: SafeText(128).optional().meta({ description: "Who decided it", example: "agent-7" }),
  })
  .meta({
    id: "SetMemberTier",
    description: "A tier for a member, by hand",
    example: { tier: "gold", until: "2026-12-31T16:00:00Z", reason: "made up for a lost parcel", actor: "agent-7" },
  });

export const TierSetSchema = z
  .strictObject({
    memberId: CallerId,
    tier: TierStep,
    since: UtcInstant,
    until: UtcInstant.nullable(),
    nextReviewAt: UtcInstant.nullable().meta({ description: "When the tier is looked at next; null: on each local day, or never" }),
    reason: z.string(),
    version: Version,
  })
  .meta({
    id: "MemberTierSet",
    description: "The tier that a member was put into",
    example: {
      memberId: "17850",
      tier: { before: "regular", after: "gold" },
      since: "2026-03-01T12:00:00.000Z",
      until: "2026-12-31T16:00:00.000Z",
      nextReviewAt: "2026-12-31T16:00:00.000Z",
      reason: "made up for a lost parcel",
      version: 7,
    },
  }) satisfies z.ZodType<TierSetView>;
