/**
 * Reviews a member's tier. `due` is the review that `tier_reviews` says is due then, `daily` that of a tier which is reviewed on
 * each local day, `ladder` one that the publisher of a changed ladder asked for, `schedule` only sets the next one. Not from outside.
 */
export type ReviewTier = {
  kind: "review_tier";
  memberId: string;
  /** RFC 3339: when it is due. The sums are those as of the local day that ended then. */
  dueAt: string;
  why: "due" | "daily" | "ladder" | "schedule";
};

export type ReviewTierView = { memberId: string; tier: string };
