import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Points, UtcInstant } from "../http/types.ts";
import { TierId } from "../ledger/schemas.ts";
import { RewardGives } from "../programs/reward-definition.ts";
import { Audience } from "../rules/audience/audience.ts";
import { EntitlementValue, Slug, WalletId } from "../rules/effects/shared.ts";
import { LimitPeriod } from "../rules/limits/limit-definition.ts";

export const RewardId = Slug.meta({ description: "Id of a reward of the program", example: "tote-bag" });
export const RewardParams = z.strictObject({ rewardId: RewardId });
export const RewardsQuery = Page;

const Per = LimitPeriod.nullable().meta({ description: "Calendar period after which it begins anew; null is for good" });
const Pieces = z.int().nonnegative();

export const PriceSchema = z
  .array(z.strictObject({ wallet: WalletId, points: Points }).meta({ id: "RewardPrice", description: "A part of a price" }))
  .meta({ description: "All of these together" });

const StockSchema = z
  .strictObject({
    atMost: Pieces.meta({ description: "Pieces there are, as the program says now", example: 100 }),
    per: Per,
    given: Pieces.meta({ description: "Pieces given and not given back", example: 40 }),
    left: Pieces.meta({ description: "Pieces left", example: 60 }),
  })
  .meta({ id: "RewardStock", description: "What is left of a stock in the present period" });

const ScheduleStanding = z
  .strictObject({
    isOpen: z.boolean().meta({
      description: "Whether it can be had now by its days and hours, `from` and `until`; what depends on the member is left aside",
    }),
    next: UtcInstant.nullable().meta({
      description: "When it can be had again, within a year; null while it can, and where that differs from member to member",
    }),
  })
  .meta({
    id: "RewardSchedule",
    description: "How the schedule of a reward stands",
    example: { isOpen: false, next: "2026-03-08T00:00:00.000Z" },
  });

const rewardShape = {
  id: RewardId,
  label: z.string().meta({ description: "How it is called for people", example: "Tote bag" }),
  description: z.string().nullable().meta({ description: "What members read about it" }),
  state: z.enum(["upcoming", "not_scheduled", "available", "out_of_stock", "ended"]).meta({
    description: "By `from`, `until`, the days and hours of its schedule, and stock, whoever the member is",
    example: "available",
  }),
  price: PriceSchema,
  gives: RewardGives,
  minTier: TierId.nullable().meta({ description: "Only from this tier on; null: from the first" }),
  audience: Audience.nullable().meta({ description: "Null: for all members" }),
  stock: z.array(StockSchema).meta({ description: "Empty: without end" }),
  limits: z
    .array(z.strictObject({ atMost: Pieces, per: Per }).meta({ id: "RewardMemberLimit", description: "Pieces for one member" }))
    .meta({ description: "Empty: as many as they like" }),
  from: UtcInstant.nullable(),
  until: UtcInstant.nullable(),
  schedule: ScheduleStanding.nullable().meta({ description: "Null: at all times between `from` and `until`" }),
  fulfilment: z.enum(["at_once", "confirm"]).meta({ description: "When a redemption online is fulfilled" }),
};

const EXAMPLE = {
  id: "tote-bag",
  label: "Tote bag",
  description: null,
  state: "available",
  price: [{ wallet: "points", points: 500 }],
  gives: { kind: "product", sku: "TOTE" },
  minTier: "silver",
  audience: null,
  stock: [{ atMost: 100, per: null, given: 40, left: 60 }],
  limits: [{ atMost: 1, per: "month" }],
  from: null,
  until: null,
  schedule: null,
  fulfilment: "at_once",
};

export const RewardSchema = z
  .strictObject(rewardShape)
  .meta({ id: "Reward", description: "Something that members get for points, as it stands now", example: EXAMPLE });
export const RewardPage = pageOf(RewardSchema, "RewardPage");

const counted = {
  atMost: Pieces,
  left: Pieces,
  per: Per,
  until: UtcInstant.nullable().meta({ description: "When it begins anew; null: never" }),
};

export const RewardReasonSchema = z
  .discriminatedUnion("code", [
    z.strictObject({ code: z.literal("member_not_active"), status: z.string() }),
    z.strictObject({ code: z.literal("not_started"), from: UtcInstant }),
    z.strictObject({ code: z.literal("ended"), until: UtcInstant }),
    z.strictObject({
      code: z.literal("not_scheduled"),
      field: z.string().meta({ description: "What of the schedule does not hold", example: "daysOfMonth" }),
      next: UtcInstant.nullable().meta({
        description: "When it can be had again; null where a year has no such time, and where it differs from member to member",
      }),
    }),
    z.strictObject({ code: z.literal("attribute_missing"), path: z.string().meta({ example: "member.birthDate" }) }),
    z.strictObject({ code: z.literal("coupon_over") }),
    z.strictObject({ code: z.literal("tier_too_low"), tier: TierId.meta({ description: "The tier that is needed" }) }),
    z.strictObject({ code: z.literal("not_in_audience") }),
    z.strictObject({ code: z.literal("top_reached") }),
    z.strictObject({ code: z.literal("out_of_stock"), ...counted }),
    z.strictObject({ code: z.literal("limit_reached"), ...counted }),
    z.strictObject({ code: z.literal("insufficient_points"), wallet: WalletId, missing: Points.meta({ description: "Points missing" }) }),
  ])
  .meta({
    id: "RewardReason",
    description: "Why a member cannot redeem a reward now",
    example: { code: "insufficient_points", wallet: "points", missing: 120 },
  });

export const MemberRewardSchema = z
  .strictObject({
    ...rewardShape,
    redeemable: z.boolean().meta({ description: "Whether the member can redeem one now" }),
    reasons: z.array(RewardReasonSchema).meta({ description: "All that keeps the member from it; empty when nothing does" }),
  })
  .meta({
    id: "MemberReward",
    description: "A reward as it stands now for one member",
    example: { ...EXAMPLE, redeemable: false, reasons: [{ code: "insufficient_points", wallet: "points", missing: 120 }] },
  });
export const MemberRewardPage = pageOf(MemberRewardSchema, "MemberRewardPage");

const EntitlementSchema = z
  .strictObject({
    entitlement: z.string().meta({ description: "Name of the privilege", example: "free_returns" }),
    value: EntitlementValue,
    source: z
      .strictObject({
        kind: z.enum(["tier", "redemption"]),
        id: z.string().meta({ description: "The tier, or the caller's id of the redemption", example: "silver" }),
      })
      .meta({ id: "EntitlementSource", description: "What gives it" }),
    until: UtcInstant.nullable().meta({ description: "When it ends; null: with its tier, or never" }),
  })
  .meta({ id: "Entitlement", description: "A privilege that a member has now" });

export const EntitlementsSchema = z.strictObject({ memberId: CallerId, entitlements: z.array(EntitlementSchema) }).meta({
  id: "Entitlements",
  description: "The privileges that a member has now",
  example: {
    memberId: "17850",
    entitlements: [{ entitlement: "free_returns", value: true, source: { kind: "tier", id: "silver" }, until: null }],
  },
});
