import { z } from "zod";
import { pageOf } from "../http/page.ts";
import { EntityTag, UtcInstant } from "../http/types.ts";
import { Slug } from "../rules/effects/shared.ts";

const EXAMPLE_CONTENT = { id: "retail-gbp", name: "Retail, spring", currency: "GBP" };
const VALIDATED = { at: "2026-03-01T12:00:00.000Z", against: 7, valid: false };
const EXAMPLE_HEAD = { id: "spring", revision: 12, changedAt: "2026-03-01T11:58:00.000Z", changedBy: "root", validated: VALIDATED };

export const DraftParams = z.strictObject({ draftId: Slug.meta({ description: "The caller's own id of the draft", example: "spring" }) });
export const DraftHeaders = z.looseObject({
  "if-match": EntityTag.optional().meta({ description: "Entity tag of the revision that you have seen" }),
});

export const DraftContent = z.record(z.string(), z.unknown()).meta({
  id: "DraftContent",
  description: "A definition that is being worked on: any JSON object, kept as it was sent",
  example: EXAMPLE_CONTENT,
});

const draftHead = {
  id: z.string(),
  revision: z.int().positive().meta({ description: "Its entity tag; another one after each change" }),
  changedAt: UtcInstant,
  changedBy: z.string().meta({ description: "Id of the key that changed it, or `root`" }),
  validated: z
    .strictObject({ at: UtcInstant, against: z.int().nonnegative(), valid: z.boolean() })
    .nullable()
    .meta({ description: "When this revision was validated last, and the version in force then; null until it was" }),
};
export const DraftHead = z
  .strictObject(draftHead)
  .meta({ id: "DraftHead", description: "A draft without its content", example: EXAMPLE_HEAD });
export const DraftPage = pageOf(DraftHead, "DraftPage");
export const Draft = z
  .strictObject({ ...draftHead, content: DraftContent })
  .meta({ id: "Draft", description: "A draft with its content", example: { ...EXAMPLE_HEAD, content: EXAMPLE_CONTENT } });

const DraftProblem = z
  .strictObject({ pointer: z.string().meta({ description: "RFC 6901, in the draft" }), code: z.string(), detail: z.string() })
  .meta({ id: "DraftProblem", example: { pointer: "/timeZone", code: "missing", detail: "This field is required" } });

export const DraftValidation = z
  .strictObject({
    id: z.string(),
    revision: z.int().positive(),
    valid: z.boolean().meta({ description: "Whether it could be published now" }),
    against: z.int().nonnegative().meta({ description: "The version in force; 0 without one" }),
    errors: z.array(DraftProblem),
    testCases: z
      .strictObject({ run: z.int().nonnegative(), failed: z.int().nonnegative() })
      .meta({ description: "Test cases are run when nothing else is wrong with the draft's own text" }),
    changes: z.array(z.string()).meta({ description: "What is different from the version in force, a line each" }),
  })
  .meta({
    id: "DraftValidation",
    description: "What is wrong with a draft and what it would change",
    example: {
      id: "spring",
      revision: 12,
      valid: true,
      against: 7,
      errors: [],
      testCases: { run: 12, failed: 0 },
      changes: ["rule double-from-300: multiplier 2 → 3"],
    },
  });
