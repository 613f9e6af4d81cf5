import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";
import { wholeMembers } from "../support/whole-members.ts";

const PROGRAM = {
  ...SHOP,
  id: "undoers",
  wallets: [
    { id: "points", expiry: "P1Y", clawback: "debt", transfers: {} },
    { id: "growth", kind: "status", pending: "P60D" },
  ],
  earning: [...SHOP.earning, { wallet: "growth", points: 2, perAmount: 100 }],
  tiers: [
    SHOP.tiers[0],
    { id: "silver", qualification: { any: [{ metric: "order_months", window: "year", atLeast: 2 }] }, retention: { review: "year" } },
  ],
  coupons: [{ id: "thanks", gives: [{ kind: "discount_amount", amount: 100 }], validFor: "P90D" }],
  rewards: [
    { id: "lounge", label: "Lounge", price: [{ wallet: "points", points: 20 }], gives: { kind: "entitlement", entitlement: "lounge" } },
  ],
  rules: [{ id: "pen", caps: [{ of: "uses", atMost: 9, for: "member" }], effects: [{ kind: "gift", sku: "pen" }] }],
};

type Body = Record<string, unknown>;

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T12:00:00Z" });
  const { key } = await loyalty.createProgram(PROGRAM);
  other = await startTestService({ now: "2026-03-10T12:00:00Z", database: loyalty.database });
  other.use(key);
});
afterAll(async () => {
  await expectSoundLedger(loyalty);
  await other.close();
  await loyalty.close();
});

const post = (path: string, body: Body, key?: string) =>
  loyalty.request<Body>("POST", path, { body, ...(key !== undefined && { headers: { "idempotency-key": key } }) });
const made = async (path: string, body: Body, key?: string) => {
  const answer = await post(path, body, key);
  expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 201 });
  return answer.body;
};
const order = (memberId: string, id: string, unitPrice: number, occurredAt = "2026-02-01T12:00:00Z", change: Body = {}) =>
  made("/v1/orders", { ...orderBody(id, { memberId, unitPrice, occurredAt }), ...change });
const giveBack = (orderId: string) =>
  made(`/v1/orders/${orderId}/returns`, { id: `r-${orderId}`, occurredAt: "2026-03-09T00:00:00Z", lines: [{ line: 1, quantity: 1 }] });
const merge = (id: string, from: string, into: string) => post("/v1/merges", { id, from, into, reason: "one person" });
const undo = (id: string) => post(`/v1/merges/${id}/undo`, { reason: "two persons", actor: "agent" });
const whole = (...ids: string[]) => wholeMembers(loyalty.database, ids);

/** A pair of whom each has had an order in January or February; together they reach silver. */
async function pair(name: string): Promise<[from: string, into: string]> {
  const [from, into] = [`${name}-from`, `${name}-into`];
  await made("/v1/members", {
    id: from,
    email: `${name}@example.com`,
    attributes: { size: "m", lang: "en" },
    enrolledAt: "2025-06-01T00:00:00Z",
  });
  await made("/v1/members", { id: into, attributes: { size: "xl" }, enrolledAt: "2025-08-01T00:00:00Z" });
  await order(from, `${from}-1`, 5000);
  await order(from, `${from}-2`, 3000);
  await giveBack(`${from}-2`);
  await order(into, `${into}-1`, 4000, "2026-01-15T12:00:00Z");
  await made(`/v1/members/${from}/redemptions`, { id: `${from}-lounge`, reward: "lounge", channel: "online" });
  await made(`/v1/members/${from}/coupons`, { coupon: "thanks", reason: "sorry" }, from);
  await loyalty.expectStatus(200, "PUT", `/v1/segments/${name}`, { body: { name, memberIds: [from, into] } });
  await loyalty.expectStatus(200, "PUT", `/v1/segments/${name}-from`, { body: { name, memberIds: [from] } });
  return [from, into];
}

describe("a merge that is undone", () => {
  test("leaves all of both as it was, and those whose aliases came with it", async () => {
    const [from, into] = await pair("exact");
    await order("exact-first", "exact-first-1", 1000);
    expect(await merge("first", "exact-first", from)).toMatchObject({ status: 201 });
    const before = await whole(from, into, "exact-first");
    expect(before.lots?.length).toBeGreaterThan(5);
    expect(await merge("exact", from, into)).toMatchObject({ status: 201, body: { tier: { before: "bronze", after: "silver" } } });
    expect(await whole(from, into, "exact-first")).not.toEqual(before);

    const undone = await undo("exact");

    expect(undone).toMatchObject({
      status: 200,
      body: {
        mergeId: "exact",
        from,
        into,
        members: [
          { id: from, tier: "bronze" },
          { id: into, tier: "bronze" },
        ],
      },
    });
    expect(await whole(from, into, "exact-first")).toEqual(before);
    expect(await pointsOf(loyalty, "exact-first")).toEqual(await pointsOf(loyalty, from));
    expect(await pointsOf(loyalty, from, "&asOf=2026-03-10T12:00:00Z")).toEqual(await pointsOf(loyalty, from));
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/merges/exact");
    expect(body).toMatchObject({ undone: { at: "2026-03-10T12:00:00.000Z", reason: "two persons", actor: "agent" } });
    await expectSoundLedger(loyalty);
  });

  test("is undone after a later one of the same points", async () => {
    for (const id of ["chain-b-1", "chain-b-2"]) await order(id, `${id}-o`, 1500);
    const apart = await whole("chain-b-1", "chain-b-2", "exact-from");
    expect(await merge("chain-3", "chain-b-1", "chain-b-2")).toMatchObject({ status: 201 });
    expect(await merge("chain-4", "chain-b-2", "exact-from")).toMatchObject({ status: 201 });
    expect(await undo("chain-3")).toMatchObject({ status: 409, body: { details: { reason: "merged_further" } } });
    expect(await undo("chain-4")).toMatchObject({ status: 200 });
    expect(await undo("chain-3")).toMatchObject({ status: 200 });
    expect(await whole("chain-b-1", "chain-b-2", "exact-from")).toEqual(apart);
  });

  test("is undone once, and can be made again under another id", async () => {
    expect(await undo("exact")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
    expect(await post("/v1/merges/exact/undo", { reason: "another" })).toMatchObject({ status: 409, body: { code: "id_reused" } });
    expect(await undo("unknown")).toMatchObject({ status: 404, body: { code: "merge_not_found" } });
    const before = await whole("exact-from", "exact-into");
    expect(await merge("exact-2", "exact-from", "exact-into")).toMatchObject({ status: 201 });
    expect(await undo("exact-2")).toMatchObject({ status: 200 });
    expect(await whole("exact-from", "exact-into")).toEqual(before);
  });

  test("leaves with the target what they did on their own account since, and returns find their lots again", async () => {
    const [from, into] = await pair("own");
    const before = { from: await pointsOf(loyalty, from), into: await pointsOf(loyalty, into) };
    await merge("own", from, into);
    await order(from, "own-since", 700, "2026-03-10T12:00:00Z");
    await loyalty.expectStatus(200, "PATCH", `/v1/members/${into}`, { body: { email: "changed@example.com" } });

    expect(await undo("own")).toMatchObject({ status: 200 });

    expect(await pointsOf(loyalty, from)).toEqual(before.from);
    expect(await pointsOf(loyalty, into)).toMatchObject({
      available: before.into.available + 7,
      accruedTotal: before.into.accruedTotal + 7,
    });
    expect((await loyalty.request("GET", "/v1/orders/own-since")).body).toMatchObject({ memberId: into });
    expect((await loyalty.request("GET", `/v1/members/${into}`)).body).toMatchObject({
      email: "changed@example.com",
      attributes: { size: "xl" },
    });
    expect(await giveBack(`${from}-1`)).toMatchObject({ memberId: from, clawedBack: [{ wallet: "points", points: 50, debt: 20 }, {}] });
    await expectSoundLedger(loyalty);
  });

  const spend = (memberId: string, id: string) =>
    made(`/v1/members/${memberId}/redemptions`, { id, reward: "lounge", channel: "online" }).then(() => undefined);
  const CONFLICTS: [reason: string, change: (from: string, into: string) => Promise<unknown>][] = [
    ["points_changed", (_from, into) => Promise.all(["a", "b", "c"].map((n) => spend(into, `spent-${n}`)))],
    ["points_changed", (from) => giveBack(`${from}-1`)],
    [
      "orders_changed",
      (from) => loyalty.expectStatus(200, "POST", `/v1/orders/${from}-1/complete`, { body: { occurredAt: "2026-03-10T00:00:00Z" } }),
    ],
    [
      "redemptions_changed",
      (from) =>
        loyalty.database.query("update redemptions set status = 'cancelled', ended_at = now() where redemption_id = $1", [
          `${from}-lounge`,
        ]),
    ],
    [
      "tier_changed",
      (_from, into) => loyalty.expectStatus(200, "PUT", `/v1/members/${into}/tier`, { body: { tier: "bronze", reason: "by hand" } }),
    ],
    [
      "coupons_changed",
      async (from, into) => {
        const { body } = await loyalty.expectStatus<{ data: { code: string }[] }>(200, "GET", `/v1/members/${from}/coupons`);
        await order(into, `${into}-c`, 2000, "2026-03-10T12:00:00Z", { coupons: body.data.map(({ code }) => code) });
      },
    ],
  ];
  test.each(CONFLICTS)("is refused with %s, and nothing changes", async (reason, change) => {
    const [from, into] = await pair(`${reason.replace("_", "-")}-${CONFLICTS.findIndex(([, each]) => each === change)}`);
    await merge(from, from, into);
    await change(from, into);
    const before = await whole(from, into);

    expect(await undo(from)).toMatchObject({ status: 409, body: { code: "unmerge_conflict", details: { mergeId: from, reason } } });

    expect(await whole(from, into)).toEqual(before);
    if (reason === "redemptions_changed") {
      await loyalty.database.query("update redemptions set status = 'fulfilled', ended_at = null where redemption_id = $1", [
        `${from}-lounge`,
      ]);
    }
  });

  test("gives a debt back, but not one that the merge has paid", async () => {
    const indebted = async (id: string) => {
      await order(id, `${id}-1`, 3000);
      await made("/v1/transfers", { id: `${id}-away`, from: id, to: "exact-into", points: 30 });
      await giveBack(`${id}-1`);
    };
    for (const id of ["owes-a", "owes-b", "owes-c"]) await indebted(id);
    const before = await whole("owes-a", "owes-b");
    expect(await merge("debt-1", "owes-a", "owes-b")).toMatchObject({
      status: 201,
      body: { balance: { wallets: { points: { debt: 60 } } } },
    });
    expect(await undo("debt-1")).toMatchObject({ status: 200 });
    expect(await whole("owes-a", "owes-b")).toEqual(before);

    await made("/v1/members", { id: "owes-nothing" });
    await made("/v1/members/owes-nothing/adjustments", { id: "gift", points: 30, reason: "kind" });
    expect(await merge("debt-2", "owes-c", "owes-nothing")).toMatchObject({ status: 201 });
    expect(await pointsOf(loyalty, "owes-c")).toMatchObject({ available: 0, debt: 0 });
    expect(await undo("debt-2")).toMatchObject({ status: 409, body: { details: { reason: "debt_paid" } } });
  });
});

describe("at once", () => {
  test.each([1, 2, 3])("merges both ways: one wins, and the other is told (%i)", async (round) => {
    const [a, b] = await pair(`ways-${round}`);
    const asks = [loyalty, other, loyalty, other].map((service, n) => {
      const [from, into] = n % 2 === 0 ? [a, b] : [b, a];
      return service.request<Body>("POST", "/v1/merges", { body: { id: `ways-${round}-${n}`, from, into, reason: "one person" } });
    });
    const answers = await Promise.all(asks);

    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 409, body: { code: "merge_conflict", details: { reason: "merged_already" } } });
    }
  });

  test.each([1, 2, 3])("with orders, returns and spends under the old id, nothing is lost and nothing counts twice (%i)", async (round) => {
    const [from, into] = await pair(`race-${round}`);
    const place = (service: TestService, n: number) =>
      service.request<Body>("POST", "/v1/orders", {
        body: orderBody(`race-${round}-${n}`, { memberId: n % 2 === 0 ? from : into, unitPrice: 100 }),
      });
    const takeBack = (id: string) => ({
      body: { id: `race-r-${id}`, occurredAt: "2026-03-09T00:00:00Z", lines: [{ line: 1, quantity: 1 }] },
    });
    const redeem = (service: TestService, n: number) =>
      service.request<Body>("POST", `/v1/members/${n % 2 === 0 ? from : into}/redemptions`, {
        body: { id: `race-${round}-s${n}`, reward: "lounge", channel: "online" },
      });

    const answers = await Promise.all([
      ...[0, 1, 2, 3].map((n) => place(n < 2 ? loyalty : other, n)),
      redeem(other, 0),
      merge(`race-${round}`, from, into),
      other.request<Body>("POST", `/v1/orders/${from}-1/returns`, takeBack(`${from}-1`)),
      redeem(loyalty, 1),
      ...[4, 5, 6, 7].map((n) => place(n < 6 ? loyalty : other, n)),
    ]);

    for (const answer of answers) expect([200, 201, 409], JSON.stringify(answer.body)).toContain(answer.status);
    for (const { status, body } of answers) if (status === 409) expect(body.code).toBe("insufficient_points");
    const spent = answers.filter(({ status, body }) => status === 201 && "redemption" in body).length * 20;
    // 50 and 40 accrued, 20 spent before, 50 taken back; 8 orders of 1 each.
    const { available, debt, accruedTotal, redeemedTotal } = await pointsOf(loyalty, from);
    expect({ left: available - debt, accruedTotal, redeemedTotal }).toEqual({
      left: 28 - spent,
      accruedTotal: 48,
      redeemedTotal: 20 + spent,
    });
    await expectSoundLedger(loyalty);
  });

  test("an undoing and orders under the old id: each order is one of the two's", async () => {
    const [from, into] = await pair("back");
    await merge("back", from, into);
    const place = (service: TestService, n: number) =>
      service.request<Body>("POST", "/v1/orders", { body: orderBody(`back-${n}`, { memberId: from, unitPrice: 100 }) });

    const [undone, ...orders] = await Promise.all([undo("back"), ...[1, 2, 3, 4].map((n) => place(n < 3 ? loyalty : other, n))]);

    expect(undone).toMatchObject({ status: 200 });
    for (const { status, body } of orders) {
      expect(status).toBe(201);
      expect([from, into]).toContain(body.memberId);
      expect((await loyalty.request("GET", `/v1/orders/${body.id}`)).body).toMatchObject({ memberId: body.memberId });
    }
    await expectSoundLedger(loyalty);
  });
});
