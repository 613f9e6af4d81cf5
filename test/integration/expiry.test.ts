import { afterEach, describe, expect, test } from "vitest";
import { hasRedis } from "../support/redis.ts";
import { startTestService, type TestService, type TestServiceOptions } from "../support/service.ts";
import { orderBody, pointsOf, SHOP, type Wallet } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const START = "2026-03-01T12:00:00Z";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function shopWith(wallet: { pending?: string; expiry?: string }, options: TestServiceOptions = {}): Promise<TestService> {
  const loyalty = await startTestService({ now: START, ...options });
  closing.push(() => loyalty.close());
  await loyalty.createProgram(SHOP, { wallets: [{ id: "points", ...wallet }] });
  return loyalty;
}

type Balances = { wallets: { points: Wallet & { expiring?: { at: string; points: number }[] } } };
type Placed = { points: { amount: number; status: string; availableAt: string; expiresAt: string }[]; balance: Balances };

const place = async (loyalty: TestService, id: string, occurredAt: string, unitPrice: number, quantity = 1) =>
  (await loyalty.expectStatus<Placed>(201, "POST", "/v1/orders", { body: orderBody(id, { occurredAt, unitPrice, quantity }) })).body;

type Clawback = { clawedBack: { points: number; debt: number; writtenOff: number }[]; balance: Balances };
const giveBack = async (loyalty: TestService, orderId: string, id: string, occurredAt: string, quantity: number) =>
  (
    await loyalty.expectStatus<Clawback>(201, "POST", `/v1/orders/${orderId}/returns`, {
      body: { id, occurredAt, lines: [{ line: 1, quantity }] },
    })
  ).body;

/** What the member has, after asking in every way there is and finding the same. */
async function pointsEverywhere(loyalty: TestService): Promise<Pick<Wallet, "available" | "pending" | "debt" | "accruedTotal">> {
  const strong = await pointsOf(loyalty, "M1");
  const cached = await loyalty.expectStatus<Balances>(200, "GET", "/v1/members/M1/balance");
  const cachedAgain = await loyalty.expectStatus<Balances>(200, "GET", "/v1/members/M1/balance");
  const member = await loyalty.expectStatus<Balances>(200, "GET", "/v1/members/M1");
  const listed = await loyalty.expectStatus<{ data: Balances[] }>(200, "GET", "/v1/members");
  const quote = await loyalty.expectStatus<{ balance: Balances }>(200, "POST", "/v1/quotes", {
    body: { memberId: "M1", currency: "GBP", lines: [{ line: 1, sku: "A", quantity: 1, unitPrice: 1 }] },
  });
  for (const balances of [cached.body, cachedAgain.body, member.body, listed.body.data[0], quote.body.balance]) {
    expect(balances?.wallets.points).toMatchObject(strong);
  }
  const { available, pending, debt, accruedTotal } = strong;
  return { available, pending, debt, accruedTotal };
}

const has = (available: number, pending: number, accruedTotal: number) => ({ available, pending, debt: 0, accruedTotal });

describe.each([
  { cache: "in the process", redis: false },
  { cache: "in Redis", redis: true },
])("points that wait two days and live ten, with balances cached $cache", ({ redis }) => {
  test.skipIf(redis && !hasRedis())("become available and expire at their instants, whatever is asked", async () => {
    const loyalty = await shopWith({ pending: "P2D", expiry: "P10D" }, { redis });

    const order = await place(loyalty, "E1", START, 3000);

    expect(order.points).toMatchObject([
      { amount: 30, status: "pending", availableAt: "2026-03-03T12:00:00.000Z", expiresAt: "2026-03-13T12:00:00.000Z" },
    ]);
    expect(order.balance.wallets.points).toMatchObject(has(0, 30, 30));
    for (const [now, available, pending] of [
      ["2026-03-03T11:59:59.999Z", 0, 30],
      ["2026-03-03T12:00:00.000Z", 30, 0],
      ["2026-03-13T11:59:59.999Z", 30, 0],
      ["2026-03-13T12:00:00.000Z", 0, 0],
    ] as const) {
      loyalty.clock.set(now);
      expect(await pointsEverywhere(loyalty), now).toEqual(has(available, pending, 30));
      await expectSoundLedger(loyalty);
    }
  });

  test.skipIf(redis && !hasRedis())("are booked by the next write, which answers what is read after it", async () => {
    const loyalty = await shopWith({ pending: "P2D", expiry: "P10D" }, { redis });
    await place(loyalty, "E1", START, 3000);
    await pointsEverywhere(loyalty);

    loyalty.clock.set("2026-03-05T12:00:00Z");
    const second = await place(loyalty, "E2", "2026-03-05T12:00:00Z", 2000);
    expect(second.balance.wallets.points).toMatchObject(has(30, 20, 50));
    expect(await pointsEverywhere(loyalty)).toEqual(has(30, 20, 50));

    loyalty.clock.set("2026-03-13T12:00:00Z"); // the first expires, the second has become available
    const third = await place(loyalty, "E3", "2026-03-13T12:00:00Z", 100);
    expect(third.balance.wallets.points).toMatchObject(has(20, 1, 51));
    expect(await pointsEverywhere(loyalty)).toEqual(has(20, 1, 51));

    const { body } = await loyalty.expectStatus<{ data: { kind: string; points: number; occurredAt: string }[] }>(
      200,
      "GET",
      "/v1/members/M1/entries",
    );
    expect(body.data.map(({ kind, points, occurredAt }) => [kind, points, occurredAt])).toEqual([
      ["accrual", 1, "2026-03-13T12:00:00.000Z"],
      ["expiry", 30, "2026-03-13T12:00:00.000Z"],
      ["activation", 20, "2026-03-07T12:00:00.000Z"],
      ["accrual", 20, "2026-03-05T12:00:00.000Z"],
      ["activation", 30, "2026-03-03T12:00:00.000Z"],
      ["accrual", 30, START.replace("Z", ".000Z")],
    ]);
    await expectSoundLedger(loyalty);
  });
});

describe("an order that comes so late that its points have expired", () => {
  test("gives points that are gone in its own answer already", async () => {
    const loyalty = await shopWith({ expiry: "P10D" });

    const late = await place(loyalty, "E1", "2026-01-01T12:00:00Z", 3000);

    expect(await pointsEverywhere(loyalty)).toEqual(has(0, 0, 30));
    expect(late.balance.wallets.points).toMatchObject(has(0, 0, 30));
    await expectSoundLedger(loyalty);
  });

  test("also when it is completed late", async () => {
    const loyalty = await shopWith({ expiry: "P10D" });
    await loyalty.createProgram(SHOP, { wallets: [{ id: "points", expiry: "P10D" }], ordersCount: "completed" });
    await place(loyalty, "E1", "2026-01-01T12:00:00Z", 3000);

    const { body } = await loyalty.expectStatus<Placed>(200, "POST", "/v1/orders/E1/complete", {
      body: { occurredAt: "2026-01-02T12:00:00Z" },
    });

    expect(await pointsEverywhere(loyalty)).toEqual(has(0, 0, 30));
    expect(body.balance.wallets.points).toMatchObject(has(0, 0, 30));
    await expectSoundLedger(loyalty);
  });
});

describe("an opening balance that brings points which have expired", () => {
  test("books them as expired and leaves the dates of the member's other points", async () => {
    const loyalty = await shopWith({ pending: "P2D", expiry: "P10D" });
    await place(loyalty, "E1", START, 3000);
    const lots = [
      { wallet: "points", points: 7, earnedAt: "2026-01-01T00:00:00Z", expiresAt: "2026-02-01T00:00:00Z" },
      { wallet: "points", points: 5, earnedAt: "2026-01-01T00:00:00Z" },
    ];
    const line = JSON.stringify({ type: "openingBalance", id: "B1", memberId: "M1", occurredAt: START, lots });

    const headers = { "content-type": "application/x-ndjson" };
    const { body } = await loyalty.expectStatus<{ text: string }>(200, "POST", "/v1/import", { body: line, headers });

    expect(JSON.parse(body.text)).toMatchObject({ status: 201, replayed: false });
    for (const [now, available, pending] of [
      [START, 5, 30],
      ["2026-03-03T12:00:00Z", 35, 0],
      ["2026-03-13T12:00:00Z", 5, 0],
    ] as const) {
      loyalty.clock.set(now);
      expect(await pointsEverywhere(loyalty), now).toEqual(has(available, pending, 42));
      await expectSoundLedger(loyalty);
    }
  });
});

describe("points that live to the end of a month in London", () => {
  test("are gone with the first local instant of the next one", async () => {
    const loyalty = await shopWith({ expiry: "P12M/EOM" });

    const order = await place(loyalty, "E1", "2025-06-15T12:00:00Z", 3000);

    // 1 July 2026 begins in London an hour before it does in UTC.
    expect(order.points).toMatchObject([{ amount: 30, status: "available", expiresAt: "2026-06-30T23:00:00.000Z" }]);
    const { body } = await loyalty.expectStatus<Balances>(200, "GET", "/v1/members/M1/balance");
    expect(body.wallets.points.expiring).toEqual([{ at: "2026-06-30T23:00:00.000Z", points: 30 }]);
    loyalty.clock.set("2026-06-30T22:59:59.999Z");
    expect(await pointsEverywhere(loyalty)).toEqual(has(30, 0, 30));
    loyalty.clock.set("2026-06-30T23:00:00Z");
    expect(await pointsEverywhere(loyalty)).toEqual(has(0, 0, 30));
  });
});

describe("a return after", () => {
  test("points have expired takes back nothing of them, and makes no debt", async () => {
    const loyalty = await shopWith({ pending: "P2D", expiry: "P10D" });
    await place(loyalty, "E1", START, 1000, 3);
    loyalty.clock.set("2026-03-10T12:00:00Z");
    await place(loyalty, "E2", "2026-03-10T12:00:00Z", 2000);

    loyalty.clock.set("2026-03-13T12:00:00Z");
    const returned = await giveBack(loyalty, "E1", "R1", "2026-03-13T12:00:00Z", 3);

    expect(returned.clawedBack).toEqual([{ wallet: "points", points: 0, debt: 0, writtenOff: 0 }]);
    expect(returned.balance.wallets.points).toMatchObject(has(20, 0, 50));
    expect(await pointsEverywhere(loyalty)).toEqual(has(20, 0, 50));
    await expectSoundLedger(loyalty);
  });

  test("part was returned before the expiry takes back that part only", async () => {
    const loyalty = await shopWith({ pending: "P2D", expiry: "P10D" });
    await place(loyalty, "E1", START, 1000, 3);

    const pending = await giveBack(loyalty, "E1", "R1", START, 1);
    expect(pending.clawedBack).toEqual([{ wallet: "points", points: 10, debt: 0, writtenOff: 0 }]);
    expect(await pointsEverywhere(loyalty)).toEqual(has(0, 20, 20));

    loyalty.clock.set("2026-03-04T12:00:00Z");
    const available = await giveBack(loyalty, "E1", "R2", "2026-03-04T12:00:00Z", 1);
    expect(available.clawedBack).toEqual([{ wallet: "points", points: 10, debt: 0, writtenOff: 0 }]);
    expect(await pointsEverywhere(loyalty)).toEqual(has(10, 0, 10));

    loyalty.clock.set("2026-03-14T12:00:00Z");
    const expired = await giveBack(loyalty, "E1", "R3", "2026-03-14T12:00:00Z", 1);
    expect(expired.clawedBack).toEqual([{ wallet: "points", points: 0, debt: 0, writtenOff: 0 }]);
    expect(await pointsEverywhere(loyalty)).toEqual(has(0, 0, 10));
    const { body } = await loyalty.expectStatus<{ data: object[] }>(200, "GET", "/v1/members/M1/lots?all=true");
    expect(body.data).toMatchObject([{ granted: 30, remaining: 0, clawedBack: 20, expired: 10 }]);
    await expectSoundLedger(loyalty);
  });
});
