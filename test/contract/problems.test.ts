import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "../../src/core/errors.ts";
import { generateOpenApi } from "../../src/describe-api.ts";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type ApiDocument, type ApiOperation, callOf, operationsOf } from "./api-document.ts";
import { ADJUSTMENT_REFUSALS, makeAdjustments } from "./refusals/adjustments.ts";
import type { Asked, Refusals } from "./refusals/asked.ts";
import { BULK_GRANT_REFUSALS, makeBulkGrants } from "./refusals/bulk-grants.ts";
import { COUPON_BATCH_REFUSALS, makeBatches } from "./refusals/coupon-batches.ts";
import { COUPON_REFUSALS, GUESSING_CART, makeCoupons, REFUSING_COUPON_KINDS } from "./refusals/coupons.ts";
import { ERASURE_REFUSALS } from "./refusals/erasures.ts";
import { HOLD_REFUSALS } from "./refusals/holds.ts";
import { KEY_REFUSALS, makeKeys } from "./refusals/keys.ts";
import { MERGE_REFUSALS, makeMerges } from "./refusals/merges.ts";
import { PAYMENT_REFUSALS } from "./refusals/payments.ts";
import { PROGRAM_REFUSALS } from "./refusals/programs.ts";
import { BY_THEMSELVES, REACHED_ELSEWHERE } from "./refusals/reached-elsewhere.ts";
import { makeRedemptions, REFUSING_COUPONS, REFUSING_REWARDS, REWARD_REFUSALS } from "./refusals/rewards.ts";
import { SEGMENT_REFUSALS } from "./refusals/segments.ts";
import { TRANSFER_AND_POOL_REFUSALS, transfer } from "./refusals/transfers-and-pools.ts";
import { makeWebhook, WEBHOOK_REFUSALS } from "./refusals/webhooks.ts";

const operations = operationsOf((await generateOpenApi()) as ApiDocument);

const HUGE = Number.MAX_SAFE_INTEGER;
const line = { line: 1, sku: "a", quantity: 2, unitPrice: 1000 };
const cart = (over: Record<string, unknown> = {}) => ({
  memberId: "ada",
  occurredAt: "2026-02-01T00:00:00Z",
  currency: "GBP",
  lines: [line],
  ...over,
});
/** A rule for one order only, and a cart that it applies to. */
const firstOnly = {
  id: "first-only",
  when: "order.attributes.first == true",
  budgets: [{ of: "uses", atMost: 1 }],
  effects: [{ kind: "discount_percent", percent: 10 }],
};
const limited = cart({ attributes: { first: true } });
const hugeLines = [
  { line: 1, sku: "a", quantity: 1, unitPrice: HUGE },
  { line: 2, sku: "b", quantity: 1, unitPrice: HUGE },
];
const FUTURE = "2026-03-01T00:06:00Z";
const nobody = { values: { memberId: "nobody" } };
const nothing = { values: { orderId: "nothing" } };
const returned = (over: Record<string, unknown> = {}) => ({
  id: "r",
  occurredAt: "2026-02-02T00:00:00Z",
  lines: [{ line: 1, quantity: 1 }],
  ...over,
});
const event = (over: Record<string, unknown> = {}) => ({
  id: "new-event",
  type: "review_written",
  memberId: "ada",
  occurredAt: "2026-02-02T00:00:00Z",
  data: { stars: 5 },
  ...over,
});
const cancelled = { values: { orderId: "cancelled" } };
const open = { values: { orderId: "open" } };

const ofCart: Partial<Record<ErrorCode, Asked>> = {
  member_not_found: { body: cart({ memberId: "nobody" }) },
  member_not_active: { body: cart({ memberId: "closed" }) },
  occurred_in_future: { body: cart({ occurredAt: FUTURE }) },
  currency_mismatch: { body: cart({ currency: "EUR" }) },
  amount_out_of_range: { body: cart({ lines: hugeLines }) },
};
const withId = (asked: Partial<Record<ErrorCode, Asked>>) =>
  Object.fromEntries(Object.entries(asked).map(([code, { body }]) => [code, { body: { id: `new-${code}`, ...body } }]));

let tokens: { used: string; expired: string; ofAnother: string; unavailable: string };

/** How each refusal of an operation's own is reached. What the document says and what stands here must be the same. */
const CASES: Refusals = {
  ...PROGRAM_REFUSALS,
  ...KEY_REFUSALS,
  enrolMember: {
    id_reused: () => ({ body: { id: "ada", displayName: "Somebody else" } }),
    occurred_in_future: () => ({ body: { id: "new", enrolledAt: FUTURE } }),
  },
  getMember: { member_not_found: () => nobody },
  updateMember: {
    member_not_found: () => ({ ...nobody, body: { displayName: "Nobody" } }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: { status: "active" } }),
  },
  ...SEGMENT_REFUSALS,
  ...WEBHOOK_REFUSALS,
  quoteCart: {
    ...Object.fromEntries(Object.entries(ofCart).map(([code, asked]) => [code, () => asked])),
    ...PAYMENT_REFUSALS.quoteCart,
    rate_limited: () => ({ body: GUESSING_CART }),
  },
  placeOrder: {
    ...Object.fromEntries(Object.entries(withId(ofCart)).map(([code, asked]) => [code, () => asked])),
    coupon_not_valid: () => ({ body: { id: "new-coupon", ...cart({ coupons: ["WELCOME"] }) } }),
    ...PAYMENT_REFUSALS.placeOrder,
    id_reused: () => ({ body: { id: "open", ...cart({ shipping: 1 }) } }),
    quote_already_used: () => ({ body: { id: "new-used", quoteToken: tokens.used, ...cart() } }),
    quote_expired: () => ({ body: { id: "new-expired", quoteToken: tokens.expired, ...cart() } }),
    quote_unavailable: () => ({ body: { id: "new-unavailable", quoteToken: tokens.unavailable, ...limited } }),
    rate_limited: () => ({ body: { id: "new-guess", ...GUESSING_CART } }),
    quote_mismatch: () => ({ body: { id: "new-mismatch", quoteToken: tokens.ofAnother, ...cart() } }),
  },
  listOrders: { member_not_found: () => ({ query: "?memberId=nobody" }) },
  getOrder: { order_not_found: () => nothing },
  explainOrder: { order_not_found: () => nothing },
  reviseOrder: {
    order_not_found: () => ({ ...nothing, body: cart() }),
    member_not_found: () => ({ ...nothing, body: cart({ memberId: "nobody" }) }),
    order_not_open: () => ({ ...cancelled, body: cart() }),
    order_member_mismatch: () => ({ ...open, body: cart({ memberId: "bob" }) }),
    member_not_active: () => ({ values: { orderId: "of-closed" }, body: cart({ memberId: "closed" }) }),
    occurred_in_future: () => ({ ...open, body: cart({ occurredAt: FUTURE }) }),
    currency_mismatch: () => ({ ...open, body: cart({ currency: "EUR" }) }),
    coupon_not_valid: () => ({ ...open, body: cart({ coupons: ["WELCOME"] }) }),
    ...PAYMENT_REFUSALS.reviseOrder,
    rate_limited: () => ({ ...open, body: GUESSING_CART }),
    amount_out_of_range: () => ({ ...open, body: cart({ lines: hugeLines }) }),
  },
  completeOrder: {
    order_not_found: () => ({ ...nothing, body: {} }),
    id_reused: () => ({ values: { orderId: "completed" }, body: { occurredAt: "2026-02-20T00:00:00Z" } }),
    order_already_cancelled: () => ({ ...cancelled, body: {} }),
    member_not_active: () => ({ values: { orderId: "of-closed" }, body: {} }),
    occurred_in_future: () => ({ ...open, body: { occurredAt: FUTURE } }),
  },
  confirmOrderPoints: {
    order_not_found: () => ({ ...nothing, body: {} }),
    id_reused: () => ({ values: { orderId: "confirmed" }, body: { occurredAt: "2026-02-20T00:00:00Z" } }),
    order_already_cancelled: () => ({ ...cancelled, body: {} }),
    points_not_waiting: () => ({ ...open, body: {} }),
    member_not_active: () => ({ values: { orderId: "of-closed" }, body: {} }),
    occurred_in_future: () => ({ ...open, body: { occurredAt: FUTURE } }),
  },
  cancelOrder: {
    order_not_found: () => ({ ...nothing, body: {} }),
    id_reused: () => ({ ...cancelled, body: { occurredAt: "2026-02-20T00:00:00Z" } }),
    order_already_cancelled: () => ({ values: { orderId: "sent-back" }, body: {} }),
    occurred_in_future: () => ({ ...open, body: { occurredAt: FUTURE } }),
  },
  returnLines: {
    order_not_found: () => ({ ...nothing, body: returned() }),
    id_reused: () => ({ values: { orderId: "sent-back" }, body: returned({ id: "r-1" }) }),
    order_already_cancelled: () => ({ ...cancelled, body: returned() }),
    return_exceeds_order: () => ({ ...open, body: returned({ lines: [{ line: 1, quantity: 3 }] }) }),
    occurred_in_future: () => ({ ...open, body: returned({ occurredAt: FUTURE }) }),
  },
  recordEvent: {
    id_reused: () => ({ body: event({ id: "reviewed", data: { stars: 2 } }) }),
    member_not_found: () => ({ body: event({ memberId: "nobody" }) }),
    member_not_active: () => ({ body: event({ memberId: "closed" }) }),
    occurred_in_future: () => ({ body: event({ occurredAt: FUTURE }) }),
    event_type_unknown: () => ({ body: event({ type: "survey_filled" }) }),
    event_data_invalid: () => ({ body: event({ data: { stars: 6 } }) }),
    amount_out_of_range: () => ({ body: event({ memberId: "rich" }) }),
  },
  getEvent: { event_not_found: () => ({}) },
  getFeedEvent: { event_not_found: () => ({ values: { feedEventId: "evt_zz_1_0" } }) },
  explainEvent: { event_not_found: () => ({}) },
  listMemberEvents: { member_not_found: () => nobody },
  getBalance: { member_not_found: () => nobody },
  listEntries: { member_not_found: () => nobody },
  listLots: { member_not_found: () => nobody },
  getStatement: { member_not_found: () => ({ values: { ...nobody.values, month: "2026-03" } }) },
  getExpiringPoints: { member_not_found: () => nobody },
  getMemberTier: { member_not_found: () => nobody },
  buyTierUpgrade: {
    member_not_found: () => ({ ...nobody, body: { id: "up-x", upgrade: "cheap" } }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: { id: "up-x", upgrade: "cheap" } }),
    id_reused: () => ({ values: { memberId: "ada" }, body: { id: "up-1", upgrade: "dear" } }),
    upgrade_unavailable: () => ({ values: { memberId: "ada" }, body: { id: "up-x", upgrade: "cheap" } }),
    insufficient_points: () => ({ values: { memberId: "bob" }, body: { id: "up-x", upgrade: "dear" } }),
  },
  ...ADJUSTMENT_REFUSALS,
  ...BULK_GRANT_REFUSALS,
  ...TRANSFER_AND_POOL_REFUSALS,
  ...MERGE_REFUSALS,
  ...ERASURE_REFUSALS,
  ...REWARD_REFUSALS,
  ...HOLD_REFUSALS,
  ...COUPON_REFUSALS,
  ...COUPON_BATCH_REFUSALS,
  setMemberTier: {
    member_not_found: () => ({ ...nobody, body: { tier: "regular", reason: "test" } }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: { tier: "regular", reason: "test" } }),
    idempotency_key_reused: () => ({
      values: { memberId: "bob" },
      body: { tier: "regular", reason: "another" },
      request: { headers: { "idempotency-key": "key-1" } },
    }),
  },
};

const EARNING = ["points", "status"].map((wallet) => ({ wallet, points: 1, perAmount: 100 }));

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-02-28T23:00:00Z" });
  // Enrols nobody by itself, and orders count when they are completed.
  const review = { id: "review", on: "review_written", effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] };
  const strict = {
    id: "strict",
    currency: "GBP",
    timeZone: "Europe/London",
    ordersCount: "completed",
    adjustments: { maxPoints: 1000, approval: { above: 900 } },
    events: [{ type: "review_written", schema: { properties: { stars: { maximum: 5 } } } }],
    rules: [firstOnly, review],
    pools: {},
    tiers: [{ id: "regular" }, { id: "friend" }],
    coupons: [...REFUSING_COUPONS, ...REFUSING_COUPON_KINDS],
    rewards: REFUSING_REWARDS,
    upgrades: [
      { id: "cheap", price: { wallet: "points", points: 1 } },
      { id: "dear", price: { wallet: "points", points: 1000 } },
    ],
  };
  await loyalty.createProgram(programInput(strict));
  // The first version cannot come back: it lacks the wallet of the second.
  await loyalty.expectStatus(200, "PUT", "/v1/program", {
    body: programInput({
      ...strict,
      wallets: [
        { id: "points", transfers: { max: 1000 }, payWithPoints: { points: 1, amount: 1 } },
        { id: "status", kind: "status", pending: "confirm" },
      ],
      earning: EARNING,
    }),
  });
  await loyalty.expectStatus(201, "PUT", "/v1/drafts/broken", { body: { id: "strict" } });
  const post = (path: string, body: unknown, status = 201) => loyalty.expectStatus<{ quoteToken: string }>(status, "POST", path, { body });

  for (const id of ["ada", "bob", "closed", "rich"]) await post("/v1/members", { id, enrolledAt: "2026-01-01T00:00:00Z" });
  for (const id of ["open", "completed", "confirmed", "cancelled", "sent-back"]) await post("/v1/orders", { id, ...cart() });
  await post("/v1/orders", { id: "of-closed", ...cart({ memberId: "closed" }) });
  await post("/v1/orders", { id: "of-bob", ...cart({ memberId: "bob" }) });
  for (const id of ["completed", "confirmed"]) await post(`/v1/orders/${id}/complete`, { occurredAt: "2026-02-10T00:00:00Z" }, 200);
  await post("/v1/orders/confirmed/points/confirm", { occurredAt: "2026-02-11T00:00:00Z" }, 200);
  await post("/v1/orders/cancelled/cancel", { occurredAt: "2026-02-10T00:00:00Z" }, 200);
  await post("/v1/orders/sent-back/returns", returned({ id: "r-1", lines: [{ line: 1, quantity: 2 }] }));
  await post("/v1/events", event({ id: "reviewed" }));
  const opening = { type: "openingBalance", id: "rich", memberId: "rich", occurredAt: "2026-02-01T00:00:00Z" };
  const lots = [{ wallet: "points", points: HUGE }];
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify({ ...opening, lots })}\n`, headers });
  await loyalty.expectStatus(200, "PATCH", "/v1/members/closed", { body: { status: "closed" } });

  await loyalty.expectStatus(200, "PUT", "/v1/segments/known", { body: { name: "Known", memberIds: ["ada"] } });
  await post("/v1/members/ada/tier/upgrades", { id: "up-1", upgrade: "cheap" });
  await post("/v1/transfers", transfer({ id: "gift" }));
  await makeAdjustments(loyalty);
  await post("/v1/pools", { id: "home", owner: "ada" });
  await loyalty.expectStatus(200, "PUT", "/v1/pools/home/members/rich", { body: {} });
  await loyalty.expectStatus(200, "PUT", "/v1/members/bob/tier", {
    body: { tier: "regular", reason: "test" },
    headers: { "idempotency-key": "key-1" },
  });

  await post("/v1/members/ada/holds", { id: "held", points: 1, expiresAt: "2026-03-05T00:00:00Z" });
  await post("/v1/members/ada/holds", { id: "lapsed", points: 1 });
  await post("/v1/members/ada/holds", { id: "captured", points: 1 });
  await post("/v1/members/ada/holds/captured/capture", {}, 200);
  const expired = await post("/v1/quotes", cart(), 200);
  loyalty.clock.set("2026-03-01T00:00:00Z");
  await makeRedemptions(loyalty);
  await makeBulkGrants(loyalty);
  await makeWebhook(loyalty);
  await makeKeys(loyalty);
  await makeCoupons(loyalty);
  await makeBatches(loyalty);
  await makeMerges(loyalty);
  const used = await post("/v1/quotes", cart(), 200);
  const ofAnother = await post("/v1/quotes", cart({ memberId: "bob" }), 200);
  const unavailable = await post("/v1/quotes", limited, 200);
  await post("/v1/orders", { id: "first", ...limited });
  tokens = {
    used: used.body.quoteToken,
    expired: expired.body.quoteToken,
    ofAnother: ofAnother.body.quoteToken,
    unavailable: unavailable.body.quoteToken,
  };
  await post("/v1/orders", { id: "quoted", quoteToken: tokens.used, ...cart() });
});
afterAll(() => loyalty.close());

function ask(operation: ApiOperation, { values = {}, body, query = "", request = {} }: Asked) {
  const call = callOf(operation, values);
  return loyalty.request<{ code: string }>(call.method, call.path + query, { ...request, ...(body === undefined ? {} : { body }) });
}

const documented = operations.map((operation) => ({
  operation,
  own: operation.codes.filter((code) => !REACHED_ELSEWHERE.has(code) || BY_THEMSELVES[operation.id] === code),
}));

test("every documented refusal has a request that reaches it, and every such request is documented", () => {
  const inDocument = documented.flatMap(({ operation, own }) => own.map((code) => `${operation.id}: ${code}`));
  const here = Object.entries(CASES).flatMap(([id, cases]) => Object.keys(cases).map((code) => `${id}: ${code}`));

  expect(here.sort()).toEqual(inDocument.sort());
});

describe("a refusal of an operation's own", () => {
  const cases = documented.flatMap(({ operation }) =>
    Object.entries(CASES[operation.id] ?? {}).map(([code, makeAsked]) => ({ id: operation.id, code, operation, makeAsked })),
  );

  test.each(cases)("$id: $code", async ({ operation, code, makeAsked }) => {
    const rows = () =>
      loyalty.database.query("select (select count(*) from events) as events, (select count(*) from directory) as directory");
    const before = await rows();

    const answer = await ask(operation, makeAsked());

    expect(answer.body).toMatchObject({ code, status: answer.status });
    expect(Object.keys(operation.object.responses)).toContain(String(answer.status));
    expect(await rows()).toEqual(before);
  });
});
