import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";
import { wholeMembers } from "../support/whole-members.ts";

/** All that a merge moves: points that expire and growth that does not, reviewed tiers, coupons, rewards, limits, events. */
const PROGRAM = {
  ...SHOP,
  id: "mergers",
  wallets: [
    { id: "points", expiry: "P1Y", clawback: "debt", transfers: {} },
    { id: "growth", kind: "status", clawback: "within_balance" },
  ],
  earning: [...SHOP.earning, { wallet: "growth", points: 2, perAmount: 100 }],
  tiers: SHOP.tiers.map((tier) => (tier.id === "silver" ? { ...tier, retention: { review: "year", graceDays: 10 } } : tier)),
  pools: {},
  events: [{ type: "review_written" }],
  coupons: [{ id: "thanks", gives: [{ kind: "discount_amount", amount: 100 }], validFor: "P90D" }],
  rewards: [
    { id: "lounge", label: "Lounge", price: [{ wallet: "points", points: 20 }], gives: { kind: "entitlement", entitlement: "lounge" } },
    { id: "tote", label: "Tote", price: [{ wallet: "points", points: 5 }], gives: { kind: "product", sku: "t" }, fulfilment: "confirm" },
  ],
  rules: [
    { id: "pen", caps: [{ of: "uses", atMost: 9, for: "member" }], effects: [{ kind: "gift", sku: "pen" }] },
    { id: "review", on: "review_written", effects: [{ kind: "bonus_points", wallet: "points", points: 7 }] },
  ],
};

type Body = Record<string, unknown>;
type Coupon = { code: string; status: string };
type Lot = { id: string; granted: number; remaining: number; source: { kind: string; id: string } };

const FEBRUARY = "2026-02-01T12:00:00Z";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T12:00:00Z" });
  await loyalty.createProgram(PROGRAM);
});
afterAll(async () => {
  await expectSoundLedger(loyalty);
  await loyalty.close();
});

const post = <Answer = Body>(path: string, body: Body, key?: string) =>
  loyalty.request<Answer>("POST", path, { body, ...(key !== undefined && { headers: { "idempotency-key": key } }) });
const made = async <Answer = Body>(path: string, body: Body, key?: string) => {
  const answer = await post<Answer>(path, body, key);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};
const read = async <Answer = Body>(path: string) => (await loyalty.expectStatus<Answer>(200, "GET", path)).body;
const order = (memberId: string, id: string, unitPrice: number, change: Body = {}) =>
  made("/v1/orders", { ...orderBody(id, { memberId, unitPrice, occurredAt: FEBRUARY }), ...change });
const takenBack = (orderId: string) => ({ id: `r-${orderId}`, occurredAt: "2026-02-09T00:00:00Z", lines: [{ line: 1, quantity: 1 }] });
const giveBack = (orderId: string) => made(`/v1/orders/${orderId}/returns`, takenBack(orderId));
const merge = (id: string, from: string, into: string) => post("/v1/merges", { id, from, into, reason: "one person", actor: "agent" });
const undo = (id: string) => post(`/v1/merges/${id}/undo`, { reason: "two persons" });
const whole = (...ids: string[]) => wholeMembers(loyalty.database, ids);

/** A member with some of everything. */
async function live(id: string): Promise<void> {
  await made("/v1/members", { id, email: `${id}@example.com`, attributes: { size: "m" }, enrolledAt: "2025-06-01T00:00:00Z" });
  await order(id, `${id}-big`, 12_000);
  await order(id, `${id}-small`, 3000);
  await giveBack(`${id}-small`);
  await made("/v1/events", { id: `${id}-ev`, type: "review_written", memberId: id, occurredAt: "2026-02-02T00:00:00Z" });
  await made(`/v1/members/${id}/redemptions`, { id: `${id}-lounge`, reward: "lounge", channel: "online" });
  await made(`/v1/members/${id}/coupons`, { coupon: "thanks", reason: "sorry" }, id);
  await loyalty.expectStatus(200, "PUT", `/v1/segments/list-${id}`, { body: { name: "A list", memberIds: [id] } });
  await made(`/v1/members/${id}/holds`, { id: `${id}-hold`, points: 5, expiresAt: "2026-04-01T00:00:00Z" });
  await loyalty.expectStatus(200, "POST", `/v1/members/${id}/holds/${id}-hold/capture`, { body: { points: 2 } });
}

describe("a merge", () => {
  test("brings everything to the target, and the old id answers as the target", async () => {
    await live("old");
    await order("new", "new-1", 5000);
    const before = await pointsOf(loyalty, "old");
    // A copy that must not be served any more.
    await read("/v1/members/old/balance");

    const answer = await merge("m-1", "old", "new");

    const moved = {
      points: { available: 105, pending: 0, debt: 0, debtPaid: 0 },
      growth: { available: 240, pending: 0, debt: 0, debtPaid: 0 },
    };
    expect(answer).toMatchObject({
      status: 201,
      body: { id: "m-1", from: "old", into: "new", moved, tier: { before: "bronze", after: "silver" }, undone: null, actor: "agent" },
    });
    expect(await read("/v1/merges/m-1")).toEqual(answer.body);
    const after = await pointsOf(loyalty, "new");
    expect(after).toMatchObject({ available: before.available + 50, accruedTotal: before.accruedTotal + 50, redeemedTotal: 22, held: 0 });
    expect(await pointsOf(loyalty, "old")).toEqual(after);
    expect(await pointsOf(loyalty, "old", "&asOf=2026-03-10T12:00:00Z")).toEqual(after);

    for (const path of ["balance", "tier", "expiring?within=P700D", "statements/2026-03"]) {
      const asNew = await read<Body>(`/v1/members/new/${path}`);
      expect(asNew).toMatchObject({ memberId: "new" });
      expect({ ...(await read<Body>(`/v1/members/old/${path}`)), asOf: 0, from: 0, until: 0 }).toEqual({
        ...asNew,
        asOf: 0,
        from: 0,
        until: 0,
      });
    }
    for (const path of ["entries", "lots?all=true", "coupons", "redemptions", "holds", "entitlements", "rewards"]) {
      const asNew = await read<{ data?: unknown[] }>(`/v1/members/new/${path}`);
      expect(await read(`/v1/members/old/${path}`)).toEqual(asNew);
      expect(JSON.stringify(asNew).length).toBeGreaterThan(30);
    }
    expect(await read("/v1/members/old")).toMatchObject({
      id: "new",
      email: "old@example.com",
      tier: "silver",
      enrolledAt: "2025-06-01T00:00:00.000Z",
    });
    const orders = await allPages<{ id: string; memberId: string }>(loyalty, "/v1/orders?memberId=old&limit=2");
    expect(orders.map(({ id }) => id).sort()).toEqual(["new-1", "old-big", "old-small"]);
    expect(new Set(orders.map(({ memberId }) => memberId))).toEqual(new Set(["new"]));
    expect(await read("/v1/orders/old-small")).toMatchObject({ memberId: "new", status: "returned", returns: [{ id: "r-old-small" }] });
    expect(await read("/v1/segments/list-old/members")).toMatchObject({ data: [{ memberId: "new" }] });
    const journal = await read<{ data: { kind: string; points: number; source: Body }[] }>("/v1/merges/m-1/entries?wallet=points&limit=2");
    expect(journal.data).toMatchObject([
      { kind: "transfer_out", points: 105, source: { kind: "merge", id: "m-1" } },
      { source: { id: "old-hold" } },
    ]);
    expect((await allPages<{ id: string }>(loyalty, "/v1/members?limit=200")).map(({ id }) => id)).not.toContain("old");
  });

  test("leaves the lots of orders where returns find them, with their provenance", async () => {
    const { data: lots } = await read<{ data: Lot[] }>("/v1/members/new/lots?all=true&wallet=points");
    const ofBig = lots.find(({ source }) => source.id === "old-big");
    expect(ofBig).toMatchObject({ granted: 120, remaining: 98, source: { kind: "order" } });

    // 22 of its 120 points were spent before: they come from the target's own.
    const back = await giveBack("old-big");

    expect(back).toMatchObject({
      memberId: "new",
      clawedBack: [
        { wallet: "points", points: 120, debt: 0 },
        { wallet: "growth", points: 240 },
      ],
    });
    expect(await pointsOf(loyalty, "new")).toMatchObject({ available: 35, accruedTotal: 57 });
  });

  test("lets a redemption be cancelled into the lots that it was paid from", async () => {
    const cancelled = await loyalty.expectStatus(200, "POST", "/v1/redemptions/old-lounge/cancel", { body: { reason: "closed" } });

    expect(cancelled.body).toMatchObject({ redemption: { memberId: "new", status: "cancelled" } });
    expect(await pointsOf(loyalty, "old")).toMatchObject({ available: 55, redeemedTotal: 2 });
    await expectSoundLedger(loyalty);
  });

  test("makes the old id mean the target in whatever is done", async () => {
    const coupons = await read<{ data: Coupon[] }>("/v1/members/old/coupons");
    const cart = {
      ...orderBody("", { memberId: "old", unitPrice: 1000, occurredAt: "2026-03-10T12:00:00Z" }),
      id: undefined,
      coupons: [coupons.data[0]?.code],
    };
    const quote = await loyalty.expectStatus<{ quoteToken: string }>(200, "POST", "/v1/quotes", { body: cart });
    expect(quote.body).toMatchObject({ memberId: "new", tier: { before: "silver" }, coupons: [{ valid: true }] });
    const placed = { ...cart, id: "by-old", quoteToken: quote.body.quoteToken };
    expect(await made("/v1/orders", placed)).toMatchObject({ id: "by-old", memberId: "new" });
    expect(await post("/v1/orders", placed)).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });

    await order("friend", "friend-1", 9000);
    expect(await made("/v1/transfers", { id: "to-old", from: "friend", to: "old", points: 30 })).toMatchObject({ to: "new", arrived: 30 });
    expect(await made("/v1/members/old/adjustments", { id: "adj-old", points: 5, reason: "kind" })).toMatchObject({ memberId: "new" });
    expect(await made("/v1/events", { id: "ev-old", type: "review_written", memberId: "old", occurredAt: FEBRUARY })).toMatchObject({
      memberId: "new",
    });
    const lines = [
      { type: "order", ...orderBody("line-old", { memberId: "old", occurredAt: FEBRUARY }) },
      { type: "segment", segmentId: "vip", memberId: "old", action: "add" },
    ].map((line) => JSON.stringify(line));
    const imported = await loyalty.expectStatus(200, "POST", "/v1/import", {
      body: `${lines.join("\n")}\n`,
      headers: { "content-type": "application/x-ndjson" },
    });
    expect(JSON.stringify(imported.body)).not.toContain("problem");
    expect(await read("/v1/segments/vip/members")).toMatchObject({ data: [{ memberId: "new" }] });
    expect(await loyalty.request("PATCH", "/v1/members/old", { body: { phone: "+44123" } })).toMatchObject({
      status: 200,
      body: { id: "new", phone: "+44123" },
    });
    expect(await read("/v1/members/old/balance")).toEqual({ ...(await read<Body>("/v1/members/new/balance")), asOf: expect.any(String) });
  });

  test.each([
    ["an order", "/v1/orders", orderBody("old-big", { memberId: "old", unitPrice: 12_000, occurredAt: FEBRUARY }), 200],
    ["a return", "/v1/orders/old-small/returns", takenBack("old-small"), 200],
    ["an event", "/v1/events", { id: "old-ev", type: "review_written", memberId: "old", occurredAt: "2026-02-02T00:00:00Z" }, 200],
    ["a redemption", "/v1/members/old/redemptions", { id: "old-lounge", reward: "lounge", channel: "online" }, 200],
    ["a hold", "/v1/members/old/holds", { id: "old-hold", points: 5, expiresAt: "2026-04-01T00:00:00Z" }, 200],
    ["the end of a hold", "/v1/members/old/holds/old-hold/capture", { points: 2 }, 200],
  ])("answers %s of the old id again as it was answered first", async (what, path, body, status) => {
    const again = await post(path, body);
    expect(again).toMatchObject({ status, headers: { "idempotent-replayed": "true" } });
    // An event's answer is put together anew, of whose it is now.
    expect(JSON.stringify(again.body)).toContain(`"memberId":"${what === "an event" ? "new" : "old"}"`);
  });

  test("keeps the id of an alias for its enrolment", async () => {
    const again = { id: "old", email: "old@example.com", attributes: { size: "m" }, enrolledAt: "2025-06-01T00:00:00Z" };
    expect(await post("/v1/members", again)).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
    expect(await post("/v1/members", { id: "old" })).toMatchObject({ status: 409, body: { code: "id_reused" } });
  });

  test("takes effect once, and leads every former alias to the target", async () => {
    expect(await merge("m-1", "old", "new")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
    expect(await merge("m-1", "old", "friend")).toMatchObject({ status: 409, body: { code: "id_reused" } });
    expect(await merge("m-2", "new", "friend")).toMatchObject({ status: 201 });

    for (const id of ["old", "new"]) expect(await read(`/v1/members/${id}`)).toMatchObject({ id: "friend" });
    expect(await made("/v1/members/old/adjustments", { id: "adj-chain", points: 1, reason: "kind" })).toMatchObject({ memberId: "friend" });
    expect(await undo("m-1")).toMatchObject({
      status: 409,
      body: { code: "unmerge_conflict", details: { reason: "merged_further", into: "friend" } },
    });
  });

  test("pays what either owes from what they have together", async () => {
    await order("rich", "rich-1", 5000);
    await order("poor", "poor-1", 4000);
    await made("/v1/transfers", { id: "away", from: "poor", to: "friend", points: 40 });
    await giveBack("poor-1");
    expect(await pointsOf(loyalty, "poor")).toMatchObject({ available: 0, debt: 40 });

    const answer = await merge("m-debt", "poor", "rich");

    expect(answer.body).toMatchObject({ moved: { points: { available: 0, debt: 40, debtPaid: 40 } } });
    expect(await pointsOf(loyalty, "rich")).toMatchObject({ available: 10, debt: 0, accruedTotal: 50 });
    expect(await undo("m-debt")).toMatchObject({ status: 409, body: { details: { reason: "debt_paid" } } });
  });
});

describe("a merge is refused", () => {
  test.each([
    ["with themselves", "one", "one", 422, "request_invalid", undefined],
    ["of nobody", "nobody", "one", 404, "member_not_found", undefined],
    ["of who is suspended", "asleep", "one", 409, "member_not_active", undefined],
    ["of an alias", "old", "one", 409, "merge_conflict", "merged_already"],
    ["into an alias", "one", "old", 409, "merge_conflict", "merged_already"],
    ["of a household's", "housed", "one", 409, "merge_conflict", "in_a_pool"],
    ["into a household's", "one", "housed", 409, "merge_conflict", "in_a_pool"],
    ["of who holds points", "holder", "one", 409, "merge_conflict", "open_holds"],
    ["of who waits for a reward", "waiting", "one", 409, "merge_conflict", "open_redemptions"],
  ])("%s, and nothing changes", async (what, from, into, status, code, reason) => {
    const id = `refused ${what}`.replaceAll(" ", "-");
    if (what === "with themselves") {
      for (const member of ["one", "asleep", "housed", "holder", "waiting"]) await order(member, `${member}-1`, 2000);
      await loyalty.expectStatus(200, "PATCH", "/v1/members/asleep", { body: { status: "suspended" } });
      await made("/v1/pools", { id: "home", owner: "housed" });
      await made("/v1/members/holder/holds", { id: "held", points: 1, expiresAt: "2026-04-01T00:00:00Z" });
      await made("/v1/members/waiting/redemptions", { id: "tote-1", reward: "tote", channel: "online" });
    }
    const before = await whole("one", "asleep", "housed", "holder", "waiting", "old");

    const answer = await merge(id, from, into);

    expect(answer).toMatchObject({ status, body: { code, ...(reason !== undefined && { details: { reason } }) } });
    expect(await whole("one", "asleep", "housed", "holder", "waiting", "old")).toEqual(before);
    expect(await loyalty.request("GET", `/v1/merges/${id}`)).toMatchObject({ status: 404, body: { code: "merge_not_found" } });
  });
});
