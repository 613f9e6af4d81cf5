import type { Refusals } from "./asked.ts";

/** `ada` is in a household. */
export const ERASURE_REFUSALS: Refusals = {
  exportMemberData: { member_not_found: () => ({}) },
  eraseMember: {
    member_not_found: () => ({ body: { points: "keep" } }),
    pool_conflict: () => ({ values: { memberId: "ada" }, body: { points: "forfeit" } }),
  },
};
