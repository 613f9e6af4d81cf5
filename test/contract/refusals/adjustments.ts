import type { Refusals } from "./asked.ts";

export const adjusted = (over: Record<string, unknown> = {}) => ({ id: "adj-x", points: 1, reason: "test", ...over });

export const ADJUSTMENT_REFUSALS: Refusals = {
  adjustPoints: {
    member_not_found: () => ({ values: { memberId: "nobody" }, body: adjusted() }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: adjusted() }),
    id_reused: () => ({ values: { memberId: "ada" }, body: adjusted({ id: "adj-1", points: 2 }) }),
    adjustment_limit_exceeded: () => ({ values: { memberId: "ada" }, body: adjusted({ points: 1001 }) }),
    insufficient_points: () => ({ values: { memberId: "bob" }, body: adjusted({ points: -1000 }) }),
    amount_out_of_range: () => ({ values: { memberId: "rich" }, body: adjusted() }),
  },
};
