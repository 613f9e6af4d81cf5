import { z } from "zod";
import { pageOf } from "../http/page.ts";
import { EntityTag, Instant, QueryFlag, UtcInstant } from "../http/types.ts";
import { ProgramDefinition } from "./definition.ts";

export const Version = z.int().positive().meta({ description: "Number of a published version, from 1 on", example: 7 });
const SCHEDULED = { version: 8, effectiveAt: "2026-06-01T00:00:00.000Z" };
const PublishedBy = z.string().meta({ description: "Id of the key that published it, or `root`", example: "root" });

export const ScheduledVersion = z
  .strictObject({ version: Version, effectiveAt: UtcInstant })
  .meta({ id: "ScheduledVersion", description: "A version that comes into force by itself at its time", example: SCHEDULED });

export const PublishedProgram = z
  .strictObject({
    program: z.string().meta({ description: "Id of the program", example: "retail-gbp" }),
    version: z.int().nonnegative().meta({
      description:
        "The version that was published; where none was, the one that is in force then: 0 after a dry run of a program that does not exist yet",
    }),
    inForce: z.int().nonnegative().meta({ description: "The version that decides now; 0 before the first one" }),
    scheduled: z.array(ScheduledVersion).meta({ description: "All versions that are still to come, in order of their times" }),
    changes: z.array(z.string()).meta({ description: "What is (or after a dry run: would be) different, a line each" }),
    affected: z
      .array(
        z
          .strictObject({
            tier: z.string().meta({ description: "Id of the tier", example: "silver" }),
            change: z.enum(["dropped", "changed"]).meta({ description: "changed: its qualification or its retention" }),
            members: z.int().positive().meta({ description: "How many members have it" }),
            examples: z.array(z.string()).meta({ description: "Ids of the first 20 of them" }),
          })
          .meta({ id: "AffectedTier", description: "Members whose tier is dropped, or reached or kept in another way" }),
      )
      .optional()
      .meta({ description: "Members whom the change concerns, by the tier that they have; absent where there are none" }),
    applied: z.boolean().meta({ description: "Whether a version was published; false when nothing is different and after a dry run" }),
    testCases: z.int().nonnegative().meta({ description: "How many test cases the definition carries; all have passed" }),
  })
  .meta({
    id: "PublishedProgram",
    description: "What publishing did",
    example: {
      program: "retail-gbp",
      version: 7,
      inForce: 7,
      scheduled: [SCHEDULED],
      changes: ["tier silver: discountPercent 1 → 2"],
      applied: true,
      testCases: 12,
    },
  });

const ruleSetHead = {
  version: Version,
  state: z.enum(["scheduled", "in_force", "former", "cancelled"]).meta({ description: "`scheduled` is still to come" }),
  effectiveAt: UtcInstant.meta({ description: "When it came, comes or would have come into force" }),
  publishedAt: UtcInstant,
  publishedBy: PublishedBy,
};
const EXAMPLE_HEAD = {
  version: 7,
  state: "in_force",
  effectiveAt: "2026-03-01T12:00:00.000Z",
  publishedAt: "2026-03-01T12:00:00.000Z",
  publishedBy: "root",
};

export const RuleSetHead = z
  .strictObject(ruleSetHead)
  .meta({ id: "RuleSetHead", description: "A published version", example: EXAMPLE_HEAD });
export const RuleSetPage = pageOf(RuleSetHead, "RuleSetPage");

/** A definition as it is stored: with every default filled in, of whatever version of this service wrote it. */
const StoredDefinition = z
  .record(z.string(), z.unknown())
  .meta({ id: "StoredProgramDefinition", description: "A program as it was published, with every default filled in" });

export const RuleSet = z.strictObject({ program: z.string(), ...ruleSetHead, definition: StoredDefinition }).meta({
  id: "RuleSet",
  description: "A published version with its definition",
  example: { program: "retail-gbp", ...EXAMPLE_HEAD, definition: ProgramDefinition.meta()?.example },
});

export const RuleSetDiff = z
  .strictObject({
    program: z.string().meta({ description: "Id of the program", example: "retail-gbp" }),
    from: Version,
    to: Version,
    changes: z.array(z.string()).meta({ description: "What is different in `to`, a line each; test cases are counted in one" }),
  })
  .meta({
    id: "RuleSetDiff",
    description: "What is different between two versions, in words",
    example: { program: "retail-gbp", from: 3, to: 7, changes: ["rule double-from-300: multiplier 2 → 3", "test cases: 1 added"] },
  });

const EXAMPLE_PROGRAM = { id: "retail-gbp", version: 7, createdAt: "2026-03-01T12:00:00.000Z" };
export const ProgramHead = z
  .strictObject({
    id: z.string(),
    version: Version.nullable().meta({ description: "The version in force; null before the first" }),
    createdAt: UtcInstant,
  })
  .meta({ id: "ProgramHead", description: "A program of this service", example: EXAMPLE_PROGRAM });
export const ProgramPage = pageOf(ProgramHead, "ProgramPage");

/** What every operation that publishes takes beside its definition. */
export const PublishHeaders = z.looseObject({
  "if-match": EntityTag.optional().meta({ description: "Entity tag of the version to replace" }),
});
export const PublishQuery = z.strictObject({
  dryRun: QueryFlag.meta({ description: "Only say what would change" }),
  members: z.enum(["next_review", "at_once"]).default("next_review").meta({
    description:
      "When members move whose tier is dropped, or reached or kept in another way: at their next review, or in one that is due at once",
  }),
  at: Instant.optional().meta({
    description: "When it comes into force, a time to come; at once without it",
    example: "2026-06-01T00:00:00+08:00",
  }),
});

const VERSION_MAX = 2_147_483_647;
export const VersionInRequest = z.coerce.number({ error: "a whole number from 1 on" }).int().min(1).max(VERSION_MAX);
export const RuleSetParams = z.strictObject({ version: VersionInRequest.meta({ description: "Number of the version", example: 7 }) });
