import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Points, SafeText, UtcInstant } from "../http/types.ts";
import { BalanceSummarySchema } from "../ledger/schemas.ts";
import { RewardGives } from "../programs/reward-definition.ts";
import { WalletId } from "../rules/effects/shared.ts";
import { REDEMPTION_STATUSES, type RedemptionView } from "./redemption.ts";
import { PriceSchema, RewardId } from "./schemas.ts";

const QUANTITY_MAX = 1000;

const RedemptionId = CallerId.meta({ description: "The caller's id of the redemption", example: "red-2026-1" });
export const Channel = z.enum(["online", "store"]).meta({
  description: "`online` is given by the shop itself; `store` answers a one-time code that a store confirms",
  example: "store",
});
const Quantity = z.int().positive().max(QUANTITY_MAX).meta({ description: "Pieces", example: 1 });
const Status = z.enum(REDEMPTION_STATUSES).meta({ description: "`issued` waits for the shop or the store", example: "issued" });
const Store = SafeText(128).meta({ description: "Which store, as the caller names it", example: "shanghai-3" });
const Reason = SafeText(500).meta({ description: "Why; kept for good", example: "changed their mind" });

export const RedemptionParams = z.strictObject({ redemptionId: RedemptionId });
const filters = { status: Status.optional().meta({ description: "Only those with this status" }) };
export const MemberRedemptionsQuery = Page.extend(filters);
export const RedemptionsQuery = Page.extend({ ...filters, reward: RewardId.optional().meta({ description: "Only those of this reward" }) });

export const RedeemRewardBody = z
  .strictObject({ id: RedemptionId, reward: RewardId, quantity: Quantity.default(1), channel: Channel })
  .meta({ id: "RedeemReward", description: "A reward to redeem", example: { id: "red-2026-1", reward: "tote-bag", channel: "store" } });

export const CancelRedemptionBody = z
  .strictObject({ reason: Reason })
  .meta({ id: "CancelRedemption", description: "Why a redemption is taken back", example: { reason: "changed their mind" } });

export const ConfirmRedemptionBody = z
  .strictObject({
    code: z.string().min(1).max(64).meta({ description: "As the member shows it; hyphens, spaces and small letters do not matter" }),
    store: Store.optional(),
  })
  .meta({
    id: "ConfirmRedemption",
    description: "A code that a member shows in a store",
    example: { code: "7KQ2-9XTR-C4MC", store: "shanghai-3" },
  });

const GivenSchema = z
  .strictObject({
    until: UtcInstant.nullable().optional().meta({ description: "End of the privilege or the tier; null: none" }),
    tier: z
      .strictObject({ before: z.string(), after: z.string() })
      .optional()
      .meta({ id: "RedeemedTier", description: "The tier before and after" }),
    coupons: z
      .array(
        z
          .strictObject({
            code: z.string().meta({ description: "What a cart of the member's names", example: "7K2M9QXRT4HWBN3E" }),
            validFrom: UtcInstant,
            validUntil: UtcInstant.nullable().meta({ description: "First instant at which it is no longer valid; null: it does not end" }),
          })
          .meta({ id: "RedeemedCoupon", description: "A coupon that a redemption gave" }),
      )
      .optional()
      .meta({ description: "The coupons, one a piece" }),
  })
  .meta({ id: "GivenReward", description: "What became of `gives` when it was fulfilled" });

const EXAMPLE = {
  id: "red-2026-1",
  memberId: "17850",
  reward: "tote-bag",
  quantity: 1,
  channel: "store" as const,
  status: "issued" as const,
  paid: [{ wallet: "points", points: 500 }],
  gives: { kind: "product" as const, sku: "TOTE" },
  given: null,
  givenBack: [],
  redeemedAt: "2026-03-01T12:00:00.000Z",
  expiresAt: "2026-03-01T12:15:00.000Z",
  fulfilledAt: null,
  endedAt: null,
  store: null,
  reason: null,
  ruleSet: 1,
};

export const RedemptionSchema = z
  .strictObject({
    id: RedemptionId,
    memberId: CallerId,
    reward: RewardId,
    quantity: Quantity,
    channel: Channel,
    status: Status,
    paid: PriceSchema.meta({ description: "What it cost, by wallet" }),
    gives: RewardGives,
    given: GivenSchema.nullable().meta({ description: "Null before it is fulfilled, and for goods" }),
    givenBack: z
      .array(
        z
          .strictObject({
            wallet: WalletId,
            points: Points.meta({ description: "Points that came back to their lots" }),
            expired: Points.meta({ description: "Of these: what came back after its date and is gone" }),
          })
          .meta({ id: "RedemptionGivenBack", description: "What came back of one wallet" }),
      )
      .meta({ description: "Empty while it is neither cancelled nor expired" }),
    redeemedAt: UtcInstant,
    expiresAt: UtcInstant.nullable().meta({ description: "When the points come back unless it is fulfilled before; null: never" }),
    fulfilledAt: UtcInstant.nullable(),
    endedAt: UtcInstant.nullable().meta({ description: "When it was cancelled or expired" }),
    store: z.string().nullable().meta({ description: "The store that confirmed it" }),
    reason: z.string().nullable().meta({ description: "Why it was cancelled" }),
    ruleSet: z.int().positive().meta({ description: "Version of the program that decided it" }),
  })
  .meta({ id: "Redemption", description: "A reward that a member got for points", example: EXAMPLE }) satisfies z.ZodType<RedemptionView>;
export const RedemptionPage = pageOf(RedemptionSchema, "RedemptionPage");

const balance = { wallets: { points: { available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 500, redeemedTotal: 500 } }, version: 7 };

export const RedemptionAnswerSchema = z
  .strictObject({ redemption: RedemptionSchema, balance: BalanceSummarySchema })
  .meta({ id: "RedemptionAnswer", description: "A redemption, and what the member has left", example: { redemption: EXAMPLE, balance } });

export const RedeemedSchema = z
  .strictObject({
    redemption: RedemptionSchema,
    code: z.string().nullable().meta({
      description: "The one-time code to show in the store until `expiresAt`; null online. It is shown here only",
      example: "7KQ2-9XTR-C4MC",
    }),
    balance: BalanceSummarySchema,
  })
  .meta({
    id: "RedeemedReward",
    description: "A redemption as it was made, with the code for the store",
    example: { redemption: EXAMPLE, code: "7KQ2-9XTR-C4MC", balance },
  });

export const ConfirmedRedemptionSchema = z
  .strictObject({
    redemptionId: RedemptionId,
    reward: RewardId,
    quantity: Quantity,
    gives: RewardGives,
    fulfilledAt: UtcInstant,
    store: z.string().nullable(),
  })
  .meta({
    id: "ConfirmedRedemption",
    description: "What the store hands over; nothing about the member",
    example: {
      redemptionId: "red-2026-1",
      reward: "tote-bag",
      quantity: 1,
      gives: { kind: "product", sku: "TOTE" },
      fulfilledAt: "2026-03-01T12:05:00.000Z",
      store: "shanghai-3",
    },
  });
