import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, Instant, Points, QueryFlag, SafeText, UtcInstant } from "../http/types.ts";
import { Expiry } from "../programs/wallet-definition.ts";
import { SegmentId } from "../rules/audience/audience.ts";
import { Slug, WalletId } from "../rules/effects/shared.ts";
import { BULK_GRANT_STATUSES, type BulkGrantView } from "./bulk-grant.ts";

const SKUS_MAX = 100;
const MEMBER_IDS_MAX = 1000;
const POINTS_MAX = 1_000_000_000;

const BulkGrantId = CallerId.meta({ description: "The caller's id of the bulk grant", example: "recall-2026-03" });

const exactlyOne = (fields: object): boolean => Object.values(fields).filter((field) => field !== undefined).length === 1;

const RecipientsSchema = z
  .strictObject({
    buyersOf: z
      .strictObject({
        skus: z
          .array(SafeText(128).meta({ description: "What is sold", example: "85123A" }))
          .min(1)
          .max(SKUS_MAX)
          .meta({ description: "Any of these" }),
        from: Instant.meta({ description: "First instant of the period, by the time of the order" }),
        to: Instant.meta({ description: "First instant after it, not in the future" }),
      })
      .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { error: "the period ends before it begins", path: ["to"] })
      .optional()
      .meta({ id: "BuyersOf", description: "Who bought one of these in a period and kept a unit of it" }),
    segment: SegmentId.optional().meta({ description: "Who is on this list" }),
    memberIds: z
      .array(CallerId)
      .min(1)
      .max(MEMBER_IDS_MAX)
      .refine((ids) => new Set(ids).size === ids.length, "each member once")
      .optional()
      .meta({ description: "These members", example: ["17850"] }),
  })
  .refine(exactlyOne, "exactly one of buyersOf, segment and memberIds")
  .meta({ id: "BulkGrantRecipients", description: "Whom it is for: exactly one of these" });

const GiftSchema = z
  .strictObject({
    points: z
      .strictObject({
        wallet: WalletId,
        points: z.int().positive().max(POINTS_MAX).meta({ description: "Whole points for each member", example: 500 }),
        expiry: Expiry.optional().meta({
          description: "When they expire, as the `expiry` of wallets says it; as the wallet's own without it",
        }),
      })
      .optional()
      .meta({ id: "BulkPoints", description: "Points, available at once; no accrual" }),
    coupon: Slug.optional().meta({ description: "A coupon of the program, with a code of its own for each member", example: "recall-100" }),
  })
  .refine(exactlyOne, "exactly one of points and coupon")
  .meta({ id: "BulkGift", description: "What each of them gets: exactly one of these" });

const EXAMPLE = {
  id: "recall-2026-03",
  reason: "recall of lot 42",
  actor: "agent-7",
  to: { buyersOf: { skus: ["85123A"], from: "2026-01-01T00:00:00+08:00", to: "2026-02-01T00:00:00+08:00" } },
  give: { coupon: "recall-100" },
};

export const StartBulkGrantBody = z
  .strictObject({
    id: BulkGrantId,
    reason: SafeText(500).meta({ description: "Why; kept for good", example: EXAMPLE.reason }),
    actor: SafeText(128).optional().meta({ description: "Who decided it; absent: the id of the API key", example: EXAMPLE.actor }),
    to: RecipientsSchema,
    give: GiftSchema,
  })
  .meta({ id: "StartBulkGrant", description: "Points or a coupon for each of many members", example: EXAMPLE });

export const StartBulkGrantQuery = z.strictObject({
  dryRun: QueryFlag.meta({ description: "Tells how many members it would be for, and gives nothing", example: "true" }),
});
export const BulkGrantParams = z.strictObject({ bulkGrantId: BulkGrantId });
export const BulkGrantsQuery = Page.extend({
  status: z.enum(BULK_GRANT_STATUSES).optional().meta({ description: "Only those with this status", example: "running" }),
});

export const BulkGrantSchema = z
  .strictObject({
    id: BulkGrantId,
    status: z.enum([...BULK_GRANT_STATUSES, "dry_run"]).meta({ description: "`dry_run` was only counted", example: "running" }),
    reason: z.string(),
    actor: z.string().meta({ description: "Who decided it", example: EXAMPLE.actor }),
    to: RecipientsSchema,
    give: GiftSchema,
    granted: Points.meta({ description: "Members who got it so far", example: 1200 }),
    refused: Points.meta({ description: "Members who got nothing; the list of refusals says why", example: 3 }),
    members: z.int().nonnegative().optional().meta({ description: "Of a dry run: how many members it would be for now" }),
    createdAt: UtcInstant,
    endedAt: UtcInstant.nullable().meta({ description: "When it was done or cancelled; null while it runs" }),
  })
  .meta({
    id: "BulkGrant",
    description: "A bulk grant and how far it is",
    example: { ...EXAMPLE, status: "running", granted: 1200, refused: 3, createdAt: "2026-03-01T12:00:00.000Z", endedAt: null },
  }) satisfies z.ZodType<BulkGrantView>;
export const BulkGrantPage = pageOf(BulkGrantSchema, "BulkGrantPage");

const RefusalSchema = z
  .strictObject({
    memberId: CallerId,
    code: z.string().meta({ description: "Code of the error for which the member got nothing", example: "member_not_active" }),
    title: z.string().meta({ description: "The same in words" }),
    at: UtcInstant,
  })
  .meta({
    id: "BulkGrantRefusal",
    description: "A member who got nothing",
    example: { memberId: "17850", code: "member_not_active", title: "The member is not active", at: "2026-03-01T12:00:01.000Z" },
  });
export const BulkGrantRefusalPage = pageOf(RefusalSchema, "BulkGrantRefusalPage");
