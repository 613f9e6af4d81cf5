import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** Points that expire or wait, growth that does not, tiers with reviews, coupons, rewards, limits, events: all that a merge moves. */
const PROGRAM = {
  ...SHOP,
  id: "mergers",
  wallets: [
    { id: "points", expiry: "P1Y", transfers: {} },
    { id: "growth", kind: "status", clawback: "within_balance" },
  ],
  earning: [...SHOP.earning, { wallet: "growth", points: 2, perAmount: 100 }],
  tiers: SHOP.tiers.map((tier) => (tier.id === "silver" ? { ...tier, retention: { review: "year", graceDays: 10 } } : tier)),
  pools: {},
  events: [{ type: "review_written" }],
  coupons: [{ id: "thanks", gives: [{ kind: "discount_amount", amount: 100 }], validFor: "P90D" }],
  rewards: [
    { id: "lounge", label: "Lounge", price: [{ wallet: "points", points: 20 }], gives: { kind: "entitlement", entitlement: "lounge", value: true } },
    { id: "tote", label: "Tote", price: [{ wallet: "points", points: 5 }], gives: { kind: "product", sku: "tote" }, fulfilment: "confirm" },
  ],
  rules: [
    { id: "pen", caps: [{ of: "uses", atMost: 3, for: "member" }], effects: [{ kind: "gift", sku: "pen" }] },
    { id: "review", on: "review_written", effects: [{ kind: "bonus_points", wallet: "points", points: 7 }] },
  ],
};

type Body = Record<string, unknown>;

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T12:00:00Z" });
  await loyalty.createProgram(PROGRAM);
});
afterAll(async () => {
  await expectSoundLedger(loyalty);
  await loyalty.close();
});

const post = <Answer = Body>(path: string, body: Body) => loyalty.request<Answer>("POST", path, { body });
const read = async <Answer = Body>(path: string) => (await loyalty.expectStatus<Answer>(200, "GET", path)).body;
const order = (memberId: string, id: string, unitPrice: number, change: Body = {}) =>
  loyalty.expectStatus(201, "POST", "/v1/orders", { body: { ...orderBody(id, { memberId, unitPrice, occurredAt: "2026-02-01T12:00:00Z" }), ...change } });
const merge = (id: string, from: string, into: string) => post("/v1/merges", { id, from, into, reason: "one person" });
const undo = (id: string) => post(`/v1/merges/${id}/undo`, { reason: "two persons" });

/** A member with some of everything. */
async function live(id: string): Promise<void> {
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id, email: `${id}@example.com`, attributes: { size: "m" }, enrolledAt: "2025-06-01T00:00:00Z" } });
  await order(id, `${id}-big`, 12_000);
  await order(id, `${id}-small`, 3000);
  await loyalty.expectStatus(201, "POST", `/v1/orders/${id}-small/returns`, { body: { id: `${id}-r`, occurredAt: "2026-02-03T00:00:00Z", lines: [{ line: 1, quantity: 1 }] } });
  await loyalty.expectStatus(201, "POST", "/v1/events", { body: { id: `${id}-ev`, type: "review_written", memberId: id, occurredAt: "2026-02-02T00:00:00Z" } });
  await loyalty.expectStatus(201, "POST", `/v1/members/${id}/redemptions`, { body: { id: `${id}-lounge`, reward: "lounge", channel: "online" } });
  await loyalty.expectStatus(201, "POST", `/v1/members/${id}/coupons`, { body: { coupon: "thanks", reason: "sorry" }, headers: { "idempotency-key": id } });
  await loyalty.expectStatus(200, "PUT", `/v1/segments/list-${id}`, { body: { name: "A list", memberIds: [id] } });
}

describe("a merge", () => {
  test("brings everything to the target, and the old id answers as the target", async () => {
    await live("old");
    await order("new", "new-1", 5000);
    const before = await pointsOf(loyalty, "old");

    const answer = await merge("m-1", "old", "new");

    expect(answer).toMatchObject({ status: 201, body: { id: "m-1", from: "old", into: "new", tier: { before: "bronze", after: "silver" }, undone: null } });
    const after = await pointsOf(loyalty, "new");
    expect(after).toMatchObject({ available: before.available + 50, accruedTotal: before.accruedTotal + 50, redeemedTotal: 20 });
    expect(await pointsOf(loyalty, "old")).toEqual(after);
  });
});
