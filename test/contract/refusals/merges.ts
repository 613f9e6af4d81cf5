import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";

const merge = (over: Record<string, unknown> = {}) => ({ id: "new-merge", from: "bob", into: "joined-4", reason: "test", ...over });
const undo = (mergeId: string) => () => ({ values: { mergeId }, body: { reason: "another" } });

/** One that stands and whose target is closed, one that was undone, and one whose target was merged on. */
export async function makeMerges(loyalty: TestService): Promise<void> {
  const post = (path: string, body: unknown, status = 201) => loyalty.expectStatus(status, "POST", path, { body });
  const ids = ["vast", ...[1, 2, 3, 4, 5, 6, 7].map((n) => `joined-${n}`)];
  for (const id of ids) await post("/v1/members", { id, enrolledAt: "2026-01-01T00:00:00Z" });
  const lots = [{ wallet: "points", points: Number.MAX_SAFE_INTEGER }];
  const opening = { type: "openingBalance", id: "vast", memberId: "vast", occurredAt: "2026-02-01T00:00:00Z", lots };
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(opening)}\n`, headers });

  await post("/v1/merges", merge({ id: "of-closed", from: "joined-1", into: "joined-2" }));
  await loyalty.expectStatus(200, "PATCH", "/v1/members/joined-2", { body: { status: "closed" } });
  await post("/v1/merges", merge({ id: "undone", from: "joined-3", into: "joined-4" }));
  await post("/v1/merges/undone/undo", { reason: "test" }, 200);
  await post("/v1/merges", merge({ id: "merged-on", from: "joined-5", into: "joined-6" }));
  await post("/v1/merges", merge({ id: "onward", from: "joined-6", into: "joined-7" }));
}

export const MERGE_REFUSALS: Refusals = {
  mergeMembers: {
    member_not_found: () => ({ body: merge({ from: "nobody" }) }),
    member_not_active: () => ({ body: merge({ from: "closed" }) }),
    id_reused: () => ({ body: merge({ id: "undone" }) }),
    merge_conflict: () => ({ body: merge({ from: "ada" }) }),
    amount_out_of_range: () => ({ body: merge({ into: "vast" }) }),
  },
  getMerge: { merge_not_found: () => ({}) },
  listMergedEntries: { merge_not_found: () => ({}) },
  undoMerge: {
    merge_not_found: () => ({ body: { reason: "test" } }),
    member_not_active: undo("of-closed"),
    id_reused: undo("undone"),
    unmerge_conflict: undo("merged-on"),
  },
};
