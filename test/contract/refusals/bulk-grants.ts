import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";
import { pointlessKey } from "./keys.ts";

const points = { points: { wallet: "points", points: 1 } };
const grant = (id: string, over: Record<string, unknown> = {}) => ({
  id,
  reason: "test",
  to: { memberIds: ["ada"] },
  give: points,
  ...over,
});
const nothing = () => ({ values: { bulkGrantId: "nothing" } });

/** One grant that waits for the job, and one that is done. */
export async function makeBulkGrants({ expectStatus, runJobs }: TestService): Promise<void> {
  await expectStatus(201, "POST", "/v1/bulk-grants", { body: grant("bulk-done") });
  await runJobs();
  await expectStatus(201, "POST", "/v1/bulk-grants", { body: grant("bulk-waiting") });
}

export const BULK_GRANT_REFUSALS: Refusals = {
  startBulkGrant: {
    id_reused: () => ({ body: grant("bulk-waiting", { reason: "another" }) }),
    coupon_over: () => ({ body: grant("bulk-x", { give: { coupon: "ended" } }) }),
    key_points_limit: () => ({ body: grant("bulk-x"), request: { key: pointlessKey() } }),
    members_unknown: () => ({ body: grant("bulk-x", { to: { memberIds: ["nobody"] } }) }),
  },
  getBulkGrant: { bulk_grant_not_found: nothing },
  listBulkGrantRefusals: { bulk_grant_not_found: nothing },
  cancelBulkGrant: { bulk_grant_not_found: nothing, bulk_grant_over: () => ({ values: { bulkGrantId: "bulk-done" } }) },
};
