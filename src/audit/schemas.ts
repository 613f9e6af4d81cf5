import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { Instant, SafeText, UtcInstant } from "../http/types.ts";

const TEXT_MAX = 128;

export const AuditQuery = Page.extend({
  actor: SafeText(TEXT_MAX)
    .optional()
    .meta({ description: "Only of this API key, `root`, or `user:` and the subject of a person's token", example: "root" }),
  action: SafeText(TEXT_MAX).optional().meta({ description: "Only this operation", example: "adjustPoints" }),
  targetKind: SafeText(TEXT_MAX).optional().meta({ description: "Only changes of such things", example: "member" }),
  target: SafeText(TEXT_MAX).optional().meta({ description: "Only changes of what has this id", example: "17850" }),
  requestId: SafeText(TEXT_MAX).optional().meta({ description: "Only what this request changed" }),
  from: Instant.optional().meta({ description: "Recorded at this time or later" }),
  until: Instant.optional().meta({ description: "Recorded before this time" }),
});

const Facts = z.record(z.string(), z.unknown()).nullable();

export const AuditEntrySchema = z
  .strictObject({
    id: z.int().meta({ description: "Of a later change it is higher; numbers may be left out", example: 12 }),
    recordedAt: UtcInstant,
    actor: z.string().meta({ description: "Id of the API key, `root`, or `user:` and the subject of a person's token", example: "root" }),
    requestId: z.string().meta({ description: "`X-Request-Id` of the request" }),
    action: z.string().meta({ description: "The operation, by its operationId", example: "adjustPoints" }),
    targetKind: z.string().meta({ description: "What was changed", example: "member" }),
    target: z.string().meta({ description: "Its id", example: "17850" }),
    before: Facts.meta({ description: "What is different of it, as it was; null of something new" }),
    after: Facts.meta({ description: "What is different of it, as it is since; null of something deleted" }),
  })
  .meta({
    id: "AuditEntry",
    description:
      "A change by hand. Of a profile it has the names of the fields, never values; no reason and no note, which people write about people",
    example: {
      id: 12,
      recordedAt: "2026-03-01T12:00:00.000Z",
      actor: "root",
      requestId: "0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10",
      action: "adjustPoints",
      targetKind: "member",
      target: "17850",
      before: { points: { available: 120, pending: 0, held: 0, debt: 0 } },
      after: { points: { available: 620, pending: 0, held: 0, debt: 0 }, adjustment: "adj-2026-17" },
    },
  });

export const AuditPageSchema = pageOf(AuditEntrySchema, "AuditPage");
