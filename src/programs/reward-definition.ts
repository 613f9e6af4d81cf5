import { z } from "zod";
import { Audience } from "../rules/audience/audience.ts";
import { EffectName, EntitlementValue, Label, Sku, Slug, WalletId } from "../rules/effects/shared.ts";
import { LimitPeriod } from "../rules/limits/limit-definition.ts";
import { Schedule } from "../rules/schedules/schedule.ts";
import { Duration } from "./wallet-definition.ts";

export const REWARDS_MAX = 500;
const PRICE_MAX = 1_000_000_000;
const DATA_MAX = 50;
const LIMITS_MAX = 5;
const DAY_MINUTES = 1440;

const Data = z
  .record(z.string().min(1).max(64), z.union([z.string().max(1000), z.number(), z.boolean()]))
  .refine((data) => Object.keys(data).length <= DATA_MAX, `at most ${DATA_MAX} names`);

/** What a redemption gives. */
export const RewardGives = z
  .discriminatedUnion("kind", [
    z
      .strictObject({ kind: z.literal("product"), sku: Sku })
      .meta({ id: "ProductReward", description: "Goods, which the shop hands over or sends" }),
    z
      .strictObject({
        kind: z.literal("entitlement"),
        entitlement: EffectName,
        value: EntitlementValue.default(true),
        for: Duration.optional().meta({ description: "How long it holds; for good without it", example: "P30D" }),
      })
      .meta({ id: "EntitlementReward", description: "A privilege for some time" }),
    z
      .strictObject({
        kind: z.literal("tier_upgrade"),
        steps: z.int().min(1).max(10).optional().meta({ description: "How many tiers it goes up; 1 without `to`" }),
        to: Slug.optional().meta({ description: "The tier that it leads to, whichever the member has below it", example: "gold" }),
        for: Duration.optional().meta({ description: "How long; without it the tier is kept as its retention says", example: "P3M" }),
      })
      .refine(({ steps, to }) => steps === undefined || to === undefined, { error: "`steps` or `to`, not both", path: ["steps"] })
      .meta({ id: "TierUpgradeReward", description: "A higher tier" }),
    z
      .strictObject({ kind: z.literal("coupon"), coupon: Slug.meta({ description: "Which coupon of the program", example: "five-off" }) })
      .meta({ id: "CouponReward", description: "A coupon for an order, one a piece, each with a code of its own" }),
    z
      .strictObject({ kind: z.literal("custom"), data: Data.default({}).meta({ description: "What the storefront needs to know" }) })
      .meta({ id: "CustomReward", description: "Something that the storefront gives by itself" }),
  ])
  .meta({ id: "RewardGives", description: "What a redemption gives" });
export type RewardGives = z.infer<typeof RewardGives>;

const RewardLimit = z
  .strictObject({
    atMost: z.int().positive().max(PRICE_MAX).meta({ description: "Pieces", example: 100 }),
    per: LimitPeriod.optional().meta({ description: "Calendar period after which it begins anew; for good without it" }),
  })
  .meta({ id: "RewardLimit", description: "So many pieces, for good or in each calendar period" });
export type RewardLimit = z.infer<typeof RewardLimit>;

const Time = z.iso.datetime({ offset: true });

/** Something that members get for points. */
export const RewardDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the reward for good; requests name it", example: "tote-bag" }),
    label: Label,
    description: z.string().min(1).max(2000).optional().meta({ description: "What members read about it" }),
    price: z
      .array(z.strictObject({ wallet: WalletId, points: z.int().positive().max(PRICE_MAX).meta({ description: "Whole points" }) }))
      .min(1)
      .max(16)
      .meta({ description: "What one piece costs: all of these together, of spendable wallets" }),
    gives: RewardGives,
    minTier: Slug.optional().meta({ description: "Only for members with this tier or a higher one", example: "silver" }),
    audience: Audience.optional(),
    stock: z.array(RewardLimit).min(1).max(LIMITS_MAX).optional().meta({ description: "Pieces there are for all members together" }),
    limits: z.array(RewardLimit).min(1).max(LIMITS_MAX).optional().meta({ description: "Pieces that one member may have" }),
    from: Time.optional().meta({ description: "First instant at which it can be redeemed" }),
    until: Time.optional().meta({ description: "First instant at which it can no longer be redeemed" }),
    schedule: Schedule.optional().meta({ description: "When it can be redeemed between `from` and `until`; always without it" }),
    fulfilment: z.enum(["at_once", "confirm"]).default("at_once").meta({
      description:
        "When a redemption online is fulfilled: `at_once`, or when the shop says so. One in a store is when the store confirms its code",
    }),
    expiresAfter: Duration.optional().meta({
      description: "With `fulfilment: confirm`: how long a redemption online waits before the points come back; for good without it",
      example: "P14D",
    }),
    storeCodeMinutes: z
      .int()
      .min(1)
      .max(DAY_MINUTES)
      .default(15)
      .meta({ description: "How long the code for the store is good, in minutes" }),
    cancellation: z.enum(["give_back", "refused"]).default("give_back").meta({
      description: "What cancelling a redemption does: `give_back` points, stock and limits, or it is `refused`",
    }),
  })
  .refine(({ fulfilment, expiresAfter }) => fulfilment === "confirm" || expiresAfter === undefined, {
    error: "what is fulfilled at once does not wait",
    path: ["expiresAfter"],
  })
  .meta({
    id: "RewardDefinition",
    description: "Something that members get for points",
    example: {
      id: "tote-bag",
      label: "Tote bag",
      price: [{ wallet: "points", points: 500 }],
      gives: { kind: "product", sku: "TOTE" },
      stock: [{ atMost: 100 }],
    },
  });

export type RewardDefinition = z.infer<typeof RewardDefinition>;
