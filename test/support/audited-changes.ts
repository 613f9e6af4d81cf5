import type { ApiMethod } from "./api-client.ts";
import { programInput } from "./rules.ts";
import type { TestService } from "./service.ts";

type Change = { method: ApiMethod; path: string; body?: unknown; headers?: Record<string, string>; status?: number };

const PROGRAM = "audited";
export const CANARY = "canary-7f3a";

const audited = (over: Record<string, unknown> = {}) =>
  programInput({
    id: PROGRAM,
    test: true,
    adjustments: { approval: { above: 500 } },
    coupons: [{ id: "gift", gives: [{ kind: "discount_amount", amount: 1 }] }],
    ...over,
  });

/** The program with two members, things to revoke and to cancel, and the code of a coupon of ada's. */
export async function makeAuditedProgram(loyalty: TestService): Promise<{ code: string; keyId: string; webhookId: string }> {
  await loyalty.createProgram(audited());
  const make = <Body>(path: string, body: unknown) =>
    loyalty.expectStatus<Body>(201, "POST", path, { body, headers: { "idempotency-key": path } });
  for (const id of ["ada", "bob", "cyd"]) await make("/v1/members", { id });
  await make("/v1/members/ada/adjustments", { id: "first", points: 100, reason: CANARY });
  // The root key proposes what the program's own key decides on.
  const asRoot = { key: loyalty.rootKey, headers: { "loyalty-program": PROGRAM } };
  for (const id of ["to-approve", "to-decline"]) {
    const large = { id, points: 600, reason: CANARY };
    await loyalty.expectStatus(202, "POST", "/v1/members/bob/adjustments", { ...asRoot, body: large });
  }
  await make("/v1/coupon-batches", { id: "imported", coupon: "gift" });
  await make("/v1/merges", { id: "to-undo", from: "cyd", into: "bob", reason: CANARY });
  const key = await make<{ id: string }>("/v1/keys", { name: "to revoke", scopes: ["members:read"] });
  const coupon = await make<{ code: string }>("/v1/members/ada/coupons", { coupon: "gift", reason: CANARY });
  await loyalty.expectStatus(200, "PUT", "/v1/program?at=2027-01-01T00:00:00Z", { body: audited({ name: "Next year" }) });
  const webhook = await make<{ id: string }>("/v1/webhooks", { url: "https://shop.example/", enabled: false });
  await loyalty.database.query(`update webhook_endpoints set position = 1;
    insert into webhook_deliveries (program_id, endpoint_id, position, status, attempts, last_status, updated_at)
    select program_id, endpoint_id, 1, 'failed', 10, 500, now() from webhook_endpoints`);
  return { code: coupon.body.code, keyId: key.body.id, webhookId: webhook.body.id };
}

/** One change by each operation that is audited, in an order in which all of them change something. */
export const auditedChanges = ({ code, keyId, webhookId }: { code: string; keyId: string; webhookId: string }): Record<string, Change> => ({
  cancelRuleSet: { method: "DELETE", path: "/v1/rule-sets/2" },
  putProgram: { method: "PUT", path: "/v1/program", body: audited({ name: "Another" }) },
  publishRuleSet: { method: "POST", path: "/v1/rule-sets/1/publish" },
  putDraft: { method: "PUT", path: "/v1/drafts/mine", body: audited({ name: "Drafted" }), status: 201 },
  validateDraft: { method: "POST", path: "/v1/drafts/mine/validate" },
  publishDraft: { method: "POST", path: "/v1/drafts/mine/publish" },
  deleteDraft: { method: "DELETE", path: "/v1/drafts/mine", status: 204 },
  createKey: { method: "POST", path: "/v1/keys", body: { name: "shop", scopes: ["orders:write"] }, status: 201 },
  updateKey: { method: "PATCH", path: `/v1/keys/${keyId}`, body: { name: "the shop's" } },
  rotateKey: { method: "POST", path: `/v1/keys/${keyId}/rotate`, body: {} },
  revokeKey: { method: "DELETE", path: `/v1/keys/${keyId}`, status: 204 },
  createWebhook: { method: "POST", path: "/v1/webhooks", body: { url: "https://other.example/", enabled: false }, status: 201 },
  updateWebhook: { method: "PATCH", path: `/v1/webhooks/${webhookId}`, body: { description: "the shop" } },
  rotateWebhookSecret: { method: "POST", path: `/v1/webhooks/${webhookId}/rotate-secret`, body: {} },
  retryWebhookDelivery: { method: "POST", path: `/v1/webhooks/${webhookId}/deliveries/1/retry` },
  replayWebhook: { method: "POST", path: `/v1/webhooks/${webhookId}/replay`, body: { after: 0 } },
  deleteWebhook: { method: "DELETE", path: `/v1/webhooks/${webhookId}`, status: 204 },
  updateMember: { method: "PATCH", path: "/v1/members/ada", body: { displayName: CANARY, attributes: { note: CANARY } } },
  putSegment: { method: "PUT", path: "/v1/segments/list", body: { name: "A list", memberIds: ["ada"] } },
  changeSegmentMembers: { method: "POST", path: "/v1/segments/list/members", body: { add: ["bob"] } },
  deleteSegment: { method: "DELETE", path: "/v1/segments/list", status: 204 },
  issueCoupon: { method: "POST", path: "/v1/members/ada/coupons", body: { coupon: "gift", reason: CANARY }, status: 201 },
  revokeMemberCoupon: { method: "POST", path: `/v1/members/ada/coupons/${code}/revoke`, body: { reason: CANARY } },
  createCouponCode: { method: "POST", path: "/v1/coupon-codes", body: { code: "SPRING", coupon: "gift", maxUses: 5 }, status: 201 },
  revokeCouponCode: { method: "POST", path: "/v1/coupon-codes/SPRING/revoke", body: { reason: CANARY } },
  createCouponBatch: { method: "POST", path: "/v1/coupon-batches", body: { id: "made", coupon: "gift", codes: 3 }, status: 201 },
  importCouponCodes: {
    method: "POST",
    path: "/v1/coupon-batches/imported/codes",
    body: "code\r\nOWNCODE1\r\n",
    headers: { "content-type": "text/csv" },
  },
  revokeCouponBatch: { method: "POST", path: "/v1/coupon-batches/made/revoke", body: { reason: CANARY } },
  adjustPoints: { method: "POST", path: "/v1/members/ada/adjustments", body: { id: "second", points: 5, reason: CANARY }, status: 201 },
  approveAdjustment: { method: "POST", path: "/v1/adjustment-proposals/to-approve/approve" },
  declineAdjustment: { method: "POST", path: "/v1/adjustment-proposals/to-decline/decline", body: { note: CANARY } },
  reverseEntry: { method: "POST", path: "/v1/members/ada/entries/1/reversal", body: { reason: CANARY }, status: 201 },
  startBulkGrant: {
    method: "POST",
    path: "/v1/bulk-grants",
    body: { id: "bulk", reason: CANARY, to: { memberIds: ["ada"] }, give: { points: { wallet: "points", points: 1 } } },
    status: 201,
  },
  cancelBulkGrant: { method: "POST", path: "/v1/bulk-grants/bulk/cancel" },
  undoMerge: { method: "POST", path: "/v1/merges/to-undo/undo", body: { reason: CANARY } },
  mergeMembers: { method: "POST", path: "/v1/merges", body: { id: "joined", from: "cyd", into: "bob", reason: CANARY }, status: 201 },
  setMemberTier: { method: "PUT", path: "/v1/members/ada/tier", body: { tier: "regular", reason: CANARY } },
  eraseMember: { method: "POST", path: "/v1/members/ada/erase", body: { points: "forfeit" } },
  setTestClock: { method: "PUT", path: "/v1/test-clock", body: { now: "2026-03-02T00:00:00Z" } },
});
