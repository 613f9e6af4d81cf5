import type { Refusals } from "./asked.ts";

/** `ada` and `bob` are members, `known` is a list. */
export const SEGMENT_REFUSALS: Refusals = {
  putSegment: { members_unknown: () => ({ values: { segmentId: "known" }, body: { name: "Known", memberIds: ["ada", "nobody"] } }) },
  changeSegmentMembers: {
    segment_not_found: () => ({ body: { add: ["ada"] } }),
    members_unknown: () => ({ values: { segmentId: "known" }, body: { add: ["bob", "nobody"] } }),
  },
  getSegment: { segment_not_found: () => ({}) },
  listSegmentMembers: { segment_not_found: () => ({}) },
  deleteSegment: { segment_not_found: () => ({}) },
};
