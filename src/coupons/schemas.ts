import { z } from "zod";
import { pageOf } from "../http/page.ts";
import { CallerId, SafeText, UtcInstant } from "../http/types.ts";
import { MemberParams } from "../members/schemas.ts";
import { Slug } from "../rules/effects/shared.ts";
import type { CouponView, RevokedCouponView } from "./commands.ts";

const BY_HAND = { coupon: "sorry-5-yuan", reason: "the parcel was late", actor: "agent-7" };

export const IssueCouponBody = z
  .strictObject({
    coupon: Slug.meta({ description: "Id of a coupon of the program", example: BY_HAND.coupon }),
    reason: SafeText(500).meta({ description: "Why; kept for good", example: BY_HAND.reason }),
    actor: SafeText(128).optional().meta({ description: "Who decided it", example: BY_HAND.actor }),
  })
  .meta({ id: "IssueCoupon", description: "A coupon for a member, by hand", example: BY_HAND });

export const MemberCouponSchema = z
  .strictObject({
    code: z.string().meta({ description: "16 characters without 0, O, 1, I, L, U and S; the last one is a check character" }),
    coupon: z.string().meta({ description: "Id of its definition", example: BY_HAND.coupon }),
    label: z.string().meta({ description: "How it is called in the version in force" }),
    status: z
      .enum(["not_started", "valid", "expired", "used", "revoked"])
      .meta({ description: "By the clock, as of this answer; `used` also where an order that used it keeps it" }),
    issuedAt: UtcInstant,
    validFrom: UtcInstant,
    validUntil: UtcInstant.nullable().meta({ description: "First instant at which it is no longer valid; null: it does not end" }),
    cause: z
      .string()
      .meta({ description: "What it was given for: `order`, `event`, `redemption`, `bulk_grant` or `hand`", example: "hand" }),
    sourceId: z
      .string()
      .meta({ description: "Id of the order, event, redemption or bulk grant, or the Idempotency-Key of the request by hand" }),
    rule: z.string().nullable().meta({ description: "The rule that gave it; null by hand" }),
    reason: z.string().nullable().meta({ description: "Why it was given by hand" }),
    actor: z.string().nullable().meta({ description: "Who gave it by hand" }),
    redeemed: z
      .strictObject({
        orderId: CallerId,
        at: UtcInstant.meta({ description: "The time of the order" }),
      })
      .optional()
      .meta({ id: "CouponRedemption", description: "The order that uses it; absent while none does" }),
    revokedAt: UtcInstant.optional().meta({ description: "When it was taken back; absent while nobody has" }),
  })
  .meta({
    id: "MemberCoupon",
    description: "A coupon that a member was given",
    example: {
      code: "7K2M9QXRT4HWBN3E",
      coupon: BY_HAND.coupon,
      label: "5 yuan off",
      status: "valid",
      issuedAt: "2026-03-01T12:00:00.000Z",
      validFrom: "2026-03-01T12:00:00.000Z",
      validUntil: "2026-03-08T12:00:00.000Z",
      cause: "hand",
      sourceId: "a3f1c9",
      rule: null,
      reason: BY_HAND.reason,
      actor: BY_HAND.actor,
    },
  }) satisfies z.ZodType<CouponView>;

export const MemberCouponParams = MemberParams.extend({
  code: SafeText(64).meta({ description: "Its code; capitals, spaces and hyphens do not matter", example: "7K2M9QXRT4HWBN3E" }),
});

export const RevokedMemberCouponSchema = z
  .strictObject({
    code: z.string(),
    coupon: z.string().meta({ description: "Id of its definition", example: BY_HAND.coupon }),
    revokedAt: UtcInstant,
    usedBy: CallerId.nullable().meta({ description: "The order that used it before, and keeps what it got; null where none did" }),
  })
  .meta({
    id: "RevokedMemberCoupon",
    description: "A coupon of a member that was taken back",
    example: { code: "7K2M9QXRT4HWBN3E", coupon: BY_HAND.coupon, revokedAt: "2026-03-02T12:00:00.000Z", usedBy: null },
  }) satisfies z.ZodType<RevokedCouponView>;

export const MemberCouponPage = pageOf(MemberCouponSchema, "MemberCouponPage");
