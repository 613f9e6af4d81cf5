import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { generateOpenApi } from "../../src/app.ts";
import { type ApiDocument, callOf, operationsOf } from "../contract/api-document.ts";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

const operations = operationsOf((await generateOpenApi()) as ApiDocument).filter(({ scope }) => scope !== undefined && scope !== "root");
const NAMES = {
  memberId: "ada-of-first",
  orderId: "order-of-first",
  eventId: "event-of-first",
  draftId: "draft-of-first",
  segmentId: "list-of-first",
  transferId: "gift-of-first",
  mergeId: "merge-of-first",
  poolId: "home-of-first",
  version: "2",
  seq: "1",
  month: "2026-02",
  rewardId: "reward-of-first",
  redemptionId: "redemption-of-first",
  code: "CODEOFFIRST",
  batchId: "batch-of-first",
  bulkGrantId: "bulk-of-first",
  position: "1",
};
/** Queries that name something of the first program. */
const QUERIES: Record<string, string> = { listOrders: `?memberId=${NAMES.memberId}`, diffRuleSets: `?to=${NAMES.version}` };

/** What makes the thing that its path names: the other program gets one of its own. */
const MAKES = new Set(["putSegment"]);

let loyalty: TestService;
let keys: { first: string; second: string };
let keyId: string;
let webhookId: string;
beforeAll(async () => {
  loyalty = await startTestService();
  const wallets = [{ id: "points", transfers: {} }];
  const change = { wallets, pools: {}, currency: "GBP", timeZone: "Europe/London", events: [{ type: "review_written", schema: {} }] };
  const second = await loyalty.createProgram(programInput({ id: "second", name: "Of second", ...change }));
  const reward = {
    id: NAMES.rewardId,
    label: "Secret reward",
    price: [{ wallet: "points", points: 1 }],
    gives: { kind: "product", sku: "secret" },
  };
  const coupon = { id: "secret-coupon", gives: [{ kind: "discount_amount", amount: 1 }] };
  const ofFirst = { ...change, rewards: [reward], coupons: [coupon] };
  const first = await loyalty.createProgram(programInput({ id: "first", ...ofFirst }));
  keys = { first: first.key, second: second.key };

  await loyalty.expectStatus(200, "PUT", "/v1/program", { body: programInput({ id: "first", name: "The secret first", ...ofFirst }) });
  await loyalty.expectStatus(201, "PUT", `/v1/drafts/${NAMES.draftId}`, { body: { name: "The secret draft" } });
  const key = await loyalty.expectStatus<{ id: string }>(201, "POST", "/v1/keys", { body: { name: "secret key", scopes: ["admin"] } });
  keyId = key.body.id;
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: NAMES.memberId, displayName: "Secret Ada" } });
  await loyalty.expectStatus(200, "PUT", `/v1/segments/${NAMES.segmentId}`, { body: { name: "Secret list", memberIds: [NAMES.memberId] } });
  const line = { line: 1, sku: "secret sku", quantity: 2, unitPrice: 1000 };
  const order = { id: NAMES.orderId, memberId: NAMES.memberId, occurredAt: "2026-02-28T00:00:00Z", currency: "GBP", lines: [line] };
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: order });
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "friend-of-first" } });
  await loyalty.expectStatus(201, "POST", "/v1/pools", { body: { id: NAMES.poolId, owner: NAMES.memberId } });
  const gift = { id: NAMES.transferId, from: NAMES.memberId, to: "friend-of-first", points: 1, note: "secret words" };
  await loyalty.expectStatus(201, "POST", "/v1/transfers", { body: gift });
  for (const id of ["card-of-first", "app-of-first"]) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
  const merge = { id: NAMES.mergeId, from: "card-of-first", into: "app-of-first", reason: "secret reason" };
  await loyalty.expectStatus(201, "POST", "/v1/merges", { body: merge });
  const event = { id: NAMES.eventId, type: "review_written", memberId: NAMES.memberId, occurredAt: "2026-02-28T00:00:00Z" };
  await loyalty.expectStatus(201, "POST", "/v1/events", { body: { ...event, data: { text: "secret words" } } });
  await loyalty.expectStatus(201, "POST", "/v1/coupon-codes", { body: { code: NAMES.code, coupon: coupon.id, maxUses: 5 } });
  await loyalty.expectStatus(201, "POST", "/v1/coupon-batches", { body: { id: NAMES.batchId, coupon: coupon.id, codes: 2 } });
  const redemption = { id: NAMES.redemptionId, reward: NAMES.rewardId, channel: "online" };
  await loyalty.expectStatus(201, "POST", `/v1/members/${NAMES.memberId}/redemptions`, { body: redemption });
  const bulk = { id: NAMES.bulkGrantId, reason: "secret reason", to: { memberIds: [NAMES.memberId] } };
  await loyalty.expectStatus(201, "POST", "/v1/bulk-grants", { body: { ...bulk, give: { points: { wallet: "points", points: 1 } } } });
  const hook = { url: "https://secret.example/", description: "secret hook", enabled: false };
  webhookId = (await loyalty.expectStatus<{ id: string }>(201, "POST", "/v1/webhooks", { body: hook })).body.id;
});
afterAll(() => loyalty.close());

/** All rows of the first program, to compare. */
async function rowsOfFirst(): Promise<unknown> {
  const tables = [
    "programs",
    "rule_sets",
    "drafts",
    "api_keys",
    "former_keys",
    "members",
    "profiles",
    "accounts",
    "entries",
    "lots",
    "orders",
    "returns",
    "member_events",
    "coupons",
    "coupon_codes",
    "coupon_batches",
    "events",
    "directory",
    "segments",
    "segment_members",
    "pools",
    "pool_members",
    "merges",
    "merged_lots",
    "redemptions",
    "bulk_grants",
    "webhook_endpoints",
    "webhook_deliveries",
    "bulk_grant_members",
    "tier_changes",
    "tier_reviews",
    "tier_review_results",
  ];
  const rows = tables.map((table) =>
    loyalty.database.query(
      `select ${table}::text as row from ${table} where program_id = (select program_id from programs where id = 'first') order by 1`,
    ),
  );
  return Promise.all(rows);
}

describe("with another program's key", () => {
  test.each(operations)("$id shows and changes nothing", async (operation) => {
    const before = await rowsOfFirst();
    const { method, path, request } = callOf(operation, { ...NAMES, id: keyId, webhookId });
    const query = QUERIES[operation.id] ?? "";

    const headers = { ...request.headers, "idempotency-key": "of-second" };
    const answer = await loyalty.request(method, path + query, { ...request, headers, key: keys.second });

    const namesSomethingOfFirst = operation.has.path || query !== "";
    // An id that the caller gives makes a thing of the caller's own.
    if (operation.id === "putDraft") {
      expect(answer.status).toBe(201);
      await loyalty.expectStatus(204, "DELETE", `/v1/drafts/${NAMES.draftId}`, { key: keys.second });
    } else if (namesSomethingOfFirst && !MAKES.has(operation.id)) expect(answer.status).toBe(404);
    else expect(answer.status).not.toBe(500);
    // A webhook that the caller has made has a secret of its own.
    const { secret: _own, ...made } = answer.body;
    expect(JSON.stringify(operation.id === "createWebhook" ? made : answer.body)).not.toMatch(/secret/i);
    expect(await rowsOfFirst()).toEqual(before);
  });

  test("naming the program in the header opens nothing", async () => {
    const headers = { "loyalty-program": "first" };
    const answer = await loyalty.request("GET", `/v1/members/${NAMES.memberId}`, { key: keys.second, headers });

    expect(answer).toMatchObject({ status: 404, body: { code: "program_not_found" } });
  });

  test("the same ids are free for the other program", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/members", { key: keys.second, body: { id: NAMES.memberId, displayName: "Another Ada" } });

    const own = await loyalty.expectStatus(200, "GET", `/v1/members/${NAMES.memberId}`, { key: keys.first });
    expect(own.body).toMatchObject({ displayName: "Secret Ada" });
  });
});
