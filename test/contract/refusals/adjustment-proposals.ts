import type { TestService } from "../../support/service.ts";
import type { Asked, Refusals } from "./asked.ts";
import { pointlessKey } from "./keys.ts";

let approver: string;

/** Proposals of the key in use, and a key that may decide on them. */
export async function makeProposals({ expectStatus }: Pick<TestService, "expectStatus">): Promise<void> {
  const key = await expectStatus<{ key: string }>(201, "POST", "/v1/keys", { body: { name: "approver", scopes: ["admin"] } });
  approver = key.body.key;
  const propose = (memberId: string, id: string, points: number) =>
    expectStatus(202, "POST", `/v1/members/${memberId}/adjustments`, { body: { id, points, reason: "test" } });
  await expectStatus(201, "POST", "/v1/members", { body: { id: "leaving" } });
  await propose("ada", "waiting", 950);
  await propose("ada", "declined", 950);
  await propose("bob", "too-much", -950);
  await propose("rich", "over-the-top", 950);
  await propose("leaving", "too-late", 950);
  await expectStatus(200, "PATCH", "/v1/members/leaving", { body: { status: "closed" } });
  await expectStatus(200, "POST", "/v1/adjustment-proposals/declined/decline", { body: {}, key: approver });
}

const about = (adjustmentId: string, over: Partial<Asked> = {}) => ({ values: { adjustmentId }, request: { key: approver }, ...over });
const body = {};

export const PROPOSAL_REFUSALS: Refusals = {
  getAdjustmentProposal: { proposal_not_found: () => ({}) },
  approveAdjustment: {
    key_points_limit: () => ({ request: { key: pointlessKey() } }),
    proposal_not_found: () => ({}),
    own_proposal: () => ({ values: { adjustmentId: "waiting" } }),
    proposal_not_pending: () => about("declined"),
    member_not_active: () => about("too-late"),
    insufficient_points: () => about("too-much"),
    amount_out_of_range: () => about("over-the-top"),
  },
  declineAdjustment: {
    proposal_not_found: () => ({ body }),
    own_proposal: () => ({ values: { adjustmentId: "waiting" }, body }),
    proposal_not_pending: () => about("declined", { body: { note: "again" } }),
  },
};
