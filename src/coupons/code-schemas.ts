import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Instant, SafeText, UtcInstant } from "../http/types.ts";
import { Slug } from "../rules/effects/shared.ts";
import type { CouponCodeView } from "./code-view.ts";

const USES_MAX = 2_147_483_647;

const EXAMPLE = { code: "WELCOME50", coupon: "welcome", maxUses: 50, maxUsesPerMember: 1 };

/** As it is typed: a request that means the same code in another spelling means the same thing. */
const TypedCode = z
  .string()
  .max(64)
  .regex(/^[A-Za-z0-9](?:[\s-]*[A-Za-z0-9]){2,39}$/, "3 to 40 letters A to Z and digits; spaces and hyphens between them do not count")
  .meta({ description: "3 to 40 letters A to Z and digits; capitals, spaces and hyphens do not matter", example: EXAMPLE.code });

export const Uses = z.int().min(1).max(USES_MAX);

export const CreateCodeBody = z
  .strictObject({
    code: TypedCode,
    coupon: Slug.meta({ description: "Id of a coupon of the program: what an order gets for the code", example: EXAMPLE.coupon }),
    maxUses: Uses.meta({ description: "Orders that may use it, of all members together", example: EXAMPLE.maxUses }),
    maxUsesPerMember: Uses.optional().meta({
      description: "Orders of one member that may use it; absent: as many as may use it at all",
      example: EXAMPLE.maxUsesPerMember,
    }),
    validFrom: Instant.optional().meta({
      description: "First instant at which it is valid, not before the coupon's `from`; absent: at once",
    }),
    validUntil: Instant.optional().meta({
      description: "First instant at which it is no longer valid, not after the coupon's `until`; absent: as the coupon says",
    }),
  })
  .meta({ id: "CreateCouponCode", description: "A code that is not bound to a member", example: EXAMPLE });

export const RevokeBody = z
  .strictObject({
    reason: SafeText(500).meta({ description: "Why; kept for good", example: "it was posted on a forum" }),
    actor: SafeText(128).optional().meta({ description: "Who decided it", example: "agent-7" }),
  })
  .meta({
    id: "RevokeCoupon",
    description: "Why a coupon or a code is revoked",
    example: { reason: "it was posted on a forum", actor: "agent-7" },
  });

export const CodeParams = z.strictObject({ code: TypedCode });

export const CodesQuery = Page.extend({
  batch: CallerId.optional().meta({ description: "Only those of this batch; absent: only those that are of none" }),
  coupon: Slug.optional().meta({ description: "Only those of this coupon" }),
});

export const CouponCodeSchema = z
  .strictObject({
    code: z.string().meta({ description: "In capitals, without spaces and hyphens", example: EXAMPLE.code }),
    coupon: z.string().meta({ description: "Id of its definition", example: EXAMPLE.coupon }),
    label: z.string().meta({ description: "How the coupon is called in the version in force" }),
    batch: z.string().nullable().meta({ description: "The batch that it is of; null of one that was made by itself" }),
    status: z
      .enum(["not_started", "valid", "expired", "used_up", "revoked"])
      .meta({ description: "By the clock and by what is used of it, as of this answer" }),
    maxUses: z.int(),
    maxUsesPerMember: z.int().nullable().meta({ description: "Null: as many as may use it at all" }),
    used: z.int().meta({ description: "Orders that use it" }),
    left: z.int().meta({ description: "Orders that may still use it" }),
    validFrom: UtcInstant,
    validUntil: UtcInstant.nullable().meta({ description: "First instant at which it is no longer valid; null: it does not end" }),
    createdAt: UtcInstant,
    revoked: z
      .strictObject({ at: UtcInstant, reason: z.string(), actor: z.string().nullable() })
      .optional()
      .meta({ id: "CouponCodeRevocation", description: "Absent while it is not revoked" }),
  })
  .meta({
    id: "CouponCode",
    description: "A code that is not bound to a member",
    example: {
      ...EXAMPLE,
      label: "Welcome: 10 % off",
      batch: null,
      status: "valid",
      used: 12,
      left: 38,
      validFrom: "2026-03-01T12:00:00.000Z",
      validUntil: "2026-04-01T00:00:00.000Z",
      createdAt: "2026-03-01T12:00:00.000Z",
    },
  }) satisfies z.ZodType<CouponCodeView>;

export const CouponCodePage = pageOf(CouponCodeSchema, "CouponCodePage");
