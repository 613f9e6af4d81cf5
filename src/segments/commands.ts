/** Puts a member on a list or takes them off it; the list is made where there is none. */
export type ChangeSegment = { kind: "change_segment"; memberId: string; segmentId: string; action: "add" | "remove" };

export type SegmentChangeView = { segmentId: string; memberId: string; changed: boolean };
