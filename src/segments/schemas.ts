import { z } from "zod";
import { Page, pageOf } from "../http/page.ts";
import { CallerId, SafeText, UtcInstant } from "../http/types.ts";
import { SegmentId } from "../rules/audience/audience.ts";

/** Of one request: a longer list comes in parts, or as an import. */
const IDS_MAX = 10_000;

const Name = SafeText(200).meta({ description: "What the list is called for people", example: "Press" });
const MemberIds = z.array(CallerId).max(IDS_MAX);

export const SegmentParams = z.strictObject({ segmentId: SegmentId.meta({ param: { description: "The caller's id of the segment" } }) });

export const PutSegmentBody = z
  .strictObject({
    name: Name,
    memberIds: MemberIds.optional().meta({ description: "All of its members; without it they stay as they are" }),
  })
  .meta({
    id: "PutSegment",
    description: "A list of members as it is from now on",
    example: { name: "Press", memberIds: ["17850", "17851"] },
  });

function hasNoneTwice({ add, remove }: { add: string[]; remove: string[] }): boolean {
  const added = new Set(add);
  return !remove.some((id) => added.has(id));
}

export const ChangeSegmentBody = z
  .strictObject({
    add: MemberIds.default([]).meta({ description: "Members to put on the list" }),
    remove: MemberIds.default([]).meta({ description: "Members to take off the list" }),
  })
  .refine(({ add, remove }) => add.length + remove.length > 0, "at least one member to add or to remove")
  .refine(hasNoneTwice, {
    path: ["remove"],
    message: "a member is added or removed, not both",
  })
  .meta({
    id: "ChangeSegment",
    description: "Members to put on a list and to take off it",
    example: { add: ["17852"], remove: ["17850"] },
  });

const EXAMPLE = {
  id: "press",
  name: "Press",
  memberCount: 2,
  createdAt: "2026-03-01T12:00:00.000Z",
  changedAt: "2026-03-01T12:00:00.000Z",
};

export const SegmentSchema = z
  .strictObject({
    id: SegmentId,
    name: Name,
    memberCount: z.int().nonnegative().meta({ description: "Members on the list", example: 2 }),
    createdAt: UtcInstant,
    changedAt: UtcInstant.meta({ description: "When the list or its name was last changed" }),
  })
  .meta({ id: "Segment", description: "A list of members that rules look at", example: EXAMPLE });

export const ChangedSegmentSchema = z
  .strictObject({
    segment: SegmentSchema,
    added: z.int().nonnegative().meta({ description: "How many were not on the list before", example: 1 }),
    removed: z.int().nonnegative().meta({ description: "How many were on the list", example: 1 }),
  })
  .meta({ id: "ChangedSegment", description: "A list with what a change did to it", example: { segment: EXAMPLE, added: 1, removed: 1 } });

export const SegmentsQuery = Page;
export const SegmentPage = pageOf(SegmentSchema, "SegmentPage");

const SegmentMemberSchema = z
  .strictObject({ memberId: CallerId, since: UtcInstant.meta({ description: "Since when the member is on the list" }) })
  .meta({
    id: "SegmentMember",
    description: "A member on a list",
    example: { memberId: "17850", since: "2026-03-01T12:00:00.000Z" },
  });
export const SegmentMemberPage = pageOf(SegmentMemberSchema, "SegmentMemberPage");
