import type { TestService } from "../../support/service.ts";
import { makeProposals, PROPOSAL_REFUSALS } from "./adjustment-proposals.ts";
import type { Refusals } from "./asked.ts";
import { pointlessKey } from "./keys.ts";

const adjusted = (over: Record<string, unknown> = {}) => ({ id: "adj-x", points: 1, reason: "test", ...over });

const reversed = (reason = "test") => ({ reason });

/** An adjustment, proposals, and a member whose first entry is reversed and of whose third nothing is left. */
export async function makeAdjustments(loyalty: Pick<TestService, "expectStatus">): Promise<void> {
  const post = (path: string, body: object) => loyalty.expectStatus(201, "POST", path, { body });
  await post("/v1/members/ada/adjustments", adjusted({ id: "adj-1" }));
  await makeProposals(loyalty);
  await post("/v1/members", { id: "undone" });
  await post("/v1/members/undone/adjustments", adjusted({ id: "undone-1", points: 5 }));
  await post("/v1/members/undone/entries/1/reversal", reversed());
  await post("/v1/members/undone/adjustments", adjusted({ id: "undone-2", points: 7 }));
  await post("/v1/members/undone/adjustments", adjusted({ id: "undone-3", points: -7 }));
}

export const ADJUSTMENT_REFUSALS: Refusals = {
  ...PROPOSAL_REFUSALS,
  adjustPoints: {
    member_not_found: () => ({ values: { memberId: "nobody" }, body: adjusted() }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: adjusted() }),
    id_reused: () => ({ values: { memberId: "ada" }, body: adjusted({ id: "adj-1", points: 2 }) }),
    adjustment_limit_exceeded: () => ({ values: { memberId: "ada" }, body: adjusted({ points: 1001 }) }),
    key_points_limit: () => ({ values: { memberId: "ada" }, body: adjusted({ points: 1 }), request: { key: pointlessKey() } }),
    insufficient_points: () => ({ values: { memberId: "bob" }, body: adjusted({ points: -900 }) }),
    amount_out_of_range: () => ({ values: { memberId: "rich" }, body: adjusted() }),
  },
  reverseEntry: {
    member_not_found: () => ({ values: { memberId: "nobody", seq: "1" }, body: reversed() }),
    member_not_active: () => ({ values: { memberId: "closed", seq: "1" }, body: reversed() }),
    entry_not_found: () => ({ values: { memberId: "ada", seq: "9999" }, body: reversed() }),
    entry_not_reversible: () => ({ values: { memberId: "ada", seq: "1" }, body: reversed() }),
    entry_already_reversed: () => ({ values: { memberId: "undone", seq: "1" }, body: reversed("another reason") }),
    adjustment_limit_exceeded: () => ({ values: { memberId: "rich", seq: "1" }, body: reversed() }),
    insufficient_points: () => ({ values: { memberId: "undone", seq: "3" }, body: reversed() }),
  },
};
