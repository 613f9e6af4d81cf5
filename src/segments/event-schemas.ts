import { z } from "zod";

const SegmentId = z.string().meta({ description: "Id of the list" });

export const SEGMENT_EVENTS = {
  "segment.member_added": z.strictObject({ segmentId: SegmentId }).meta({ description: "A rule or an import has put a member on a list" }),
  "segment.member_removed": z
    .strictObject({ segmentId: SegmentId })
    .meta({ description: "A rule or an import has taken a member off a list" }),
};

/** Of the program: lists are also changed as a whole. */
export const SEGMENT_LIST_EVENTS = {
  "segment.changed": z
    .strictObject({ segmentId: SegmentId, added: z.int().nonnegative(), removed: z.int().nonnegative() })
    .meta({ description: "A list was made or changed" }),
  "segment.deleted": z.strictObject({ segmentId: SegmentId }).meta({ description: "A list was deleted" }),
};
