import { z } from "zod";
import { Uses } from "../coupons/code-schemas.ts";
import { Page, pageOf } from "../http/page.ts";
import { ERROR_CODES } from "../http/problem.ts";
import { CallerId, Instant, UtcInstant } from "../http/types.ts";
import { Slug } from "../rules/effects/shared.ts";
import type { StoppedAnswer } from "./answer-lines.ts";
import { CODES_MAX, type CouponBatchView } from "./batch.ts";
import { CODE_FAULTS, type CodeFault } from "./code-line.ts";
import type { CodeAnswer } from "./import-codes.ts";
import { type ImportedCodes, TOLD_MAX } from "./imported-codes.ts";

const EXAMPLE = { id: "spring-letter", coupon: "spring", prefix: "SPRING", maxUses: 1 };

const Codes = z.int().min(1).max(CODES_MAX);

export const CreateBatchBody = z
  .strictObject({
    id: CallerId.meta({ description: "The caller's id of the batch", example: EXAMPLE.id }),
    coupon: Slug.meta({ description: "Id of a coupon of the program: what an order gets for a code", example: EXAMPLE.coupon }),
    codes: Codes.optional().meta({
      description: "How many are generated, a million at most: more are several batches. Absent: the shop's own are imported",
      example: 100000,
    }),
    prefix: z
      .string()
      .regex(/^[A-Z0-9]{1,20}$/, "1 to 20 capitals A to Z and digits")
      .optional()
      .meta({ description: "What generated codes begin with; 16 characters follow", example: EXAMPLE.prefix }),
    maxUses: Uses.default(1).meta({ description: "Orders that may use each code; 1 when absent" }),
    maxUsesPerMember: Uses.optional().meta({
      description: "Orders of one member that may use each code; absent: as many as may use it at all",
    }),
    validFrom: Instant.optional().meta({
      description: "First instant at which they are valid, not before the coupon's `from`; absent: at once",
    }),
    validUntil: Instant.optional().meta({
      description: "First instant at which they are no longer valid, not after the coupon's `until`; absent: as the coupon says",
    }),
  })
  .refine(({ prefix, codes }) => prefix === undefined || codes !== undefined, {
    path: ["prefix"],
    message: "only generated codes have a prefix",
  })
  .meta({ id: "CreateCouponBatch", description: "Codes that are made together", example: { ...EXAMPLE, codes: 100000 } });

export const BatchParams = z.strictObject({ batchId: CallerId.meta({ param: { description: "The caller's id of the batch" } }) });

export const CouponBatchSchema = z
  .strictObject({
    id: CallerId,
    coupon: z.string().meta({ description: "Id of its definition", example: EXAMPLE.coupon }),
    label: z.string().meta({ description: "How the coupon is called in the version in force" }),
    kind: z.enum(["generated", "imported"]),
    status: z.enum(["writing", "ready", "revoked"]).meta({
      description: "`writing` until all codes that were asked for are there; an imported batch is ready for what is in it",
    }),
    codes: z.int().nullable().meta({ description: "How many were asked for; null of an imported batch", example: 100000 }),
    written: z.int().meta({ description: "How many are there; each can be used from then on", example: 100000 }),
    prefix: z.string().meta({ description: "What generated codes begin with", example: EXAMPLE.prefix }),
    maxUses: z.int(),
    maxUsesPerMember: z.int().nullable().meta({ description: "Null: as many as may use it at all" }),
    validFrom: UtcInstant,
    validUntil: UtcInstant.nullable().meta({ description: "First instant at which they are no longer valid; null: they do not end" }),
    createdAt: UtcInstant,
    finishedAt: UtcInstant.nullable().meta({ description: "When all codes that were asked for were there" }),
    revoked: z
      .strictObject({ at: UtcInstant, reason: z.string(), actor: z.string().nullable() })
      .optional()
      .meta({ id: "CouponBatchRevocation", description: "Absent while the batch is not revoked" }),
    used: z
      .strictObject({
        orders: z.int().meta({ description: "Orders that use codes of the batch, each code counted" }),
        codes: z.int().meta({ description: "Codes that any order uses" }),
      })
      .optional()
      .meta({ id: "CouponBatchUses", description: "Where one batch is read, not in lists" }),
  })
  .meta({
    id: "CouponBatch",
    description: "Codes that were made together",
    example: {
      ...EXAMPLE,
      label: "Spring: 10 % off",
      kind: "generated",
      status: "ready",
      codes: 100000,
      written: 100000,
      maxUsesPerMember: null,
      validFrom: "2026-03-01T12:00:00.000Z",
      validUntil: "2026-06-01T00:00:00.000Z",
      createdAt: "2026-03-01T12:00:00.000Z",
      finishedAt: "2026-03-01T12:00:09.000Z",
      used: { orders: 1204, codes: 1204 },
    },
  }) satisfies z.ZodType<CouponBatchView>;

export const BatchesQuery = Page;
export const CouponBatchPage = pageOf(CouponBatchSchema, "CouponBatchPage");

export const CodesCsv = z.string().meta({
  description: "A heading, then a code a line, in the order of their characters, with how often it is used and may still be",
  example: "code,status,used,left\r\nSPRING7K2M9QXRT4HWBN3E,valid,0,1\r\n",
});

export const SentCodesCsv = z.string().meta({
  description: "A code a line, in the first cell; a first line that says `code` is the heading, and other cells are ignored",
  example: "code\nSUMMER-0001\nSUMMER-0002\n",
});

const Line = z.int().positive().meta({ description: "Number of the line, from 1", example: 17 });
const Fault = z.enum(Object.keys(CODE_FAULTS) as [CodeFault, ...CodeFault[]]).meta({
  description: "`taken`: the program has the code already, of another batch or made by itself",
});

export const CodeAnswerSchema = z
  .discriminatedUnion("outcome", [
    z.strictObject({
      line: Line,
      outcome: z.enum(["added", "present", "doubled"]).meta({
        description: "`present`: the batch had the code before the file; `doubled`: it stands on a line before. Neither changes anything",
      }),
      code: z.string().meta({ description: "The code as it is stored", example: "SUMMER0001" }),
    }),
    z.strictObject({ line: Line, outcome: z.literal("refused"), reason: Fault, detail: z.string() }),
    z.strictObject({
      line: Line,
      outcome: z.literal("stopped").meta({ description: "The last answer: neither this line nor one after it was taken" }),
      reason: z.enum(ERROR_CODES),
      detail: z.string(),
    }),
  ])
  .meta({
    id: "CodeAnswer",
    description: "What became of one line",
    example: { line: 17, outcome: "added", code: "SUMMER0001" },
  }) satisfies z.ZodType<CodeAnswer | StoppedAnswer>;

export const ImportedCodesSchema = z
  .strictObject({
    batch: CouponBatchSchema,
    added: z.int().meta({ description: "Codes that were added" }),
    present: z.int().meta({ description: "Lines whose code the batch had before the file: they change nothing" }),
    doubled: z.int().meta({ description: "Lines whose code stands on a line before: they change nothing" }),
    refused: z.int().meta({ description: "Lines that were refused" }),
    errors: z
      .array(
        z.strictObject({
          line: Line,
          code: Fault,
          detail: z.string(),
        }),
      )
      .max(TOLD_MAX)
      .meta({ description: "The first hundred refused lines" }),
  })
  .meta({
    id: "ImportedCodes",
    description: "What a file of codes added",
    example: {
      batch: {
        ...EXAMPLE,
        label: "Summer",
        kind: "imported",
        status: "ready",
        codes: null,
        written: 2,
        prefix: "",
        maxUsesPerMember: null,
        validFrom: "2026-03-01T12:00:00.000Z",
        validUntil: null,
        createdAt: "2026-03-01T12:00:00.000Z",
        finishedAt: null,
      },
      added: 2,
      present: 0,
      doubled: 0,
      refused: 1,
      errors: [{ line: 17, code: "taken", detail: "line 17 is a code of the program already, and not of this batch" }],
    },
  }) satisfies z.ZodType<ImportedCodes & { batch: CouponBatchView }>;
