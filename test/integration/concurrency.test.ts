import { afterEach, describe, expect, test } from "vitest";
import { cloneDatabase } from "../support/database.ts";
import { type HttpCaller, httpCaller } from "../support/http-caller.ts";
import { hasRedis } from "../support/redis.ts";
import { startTestService, type TestService, type TestServiceOptions } from "../support/service.ts";
import { orderBody, pointsOf } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const CONNECTIONS = 128;

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** A listening service of retail-gbp and a caller with 128 connections to it. */
async function startShop(options: TestServiceOptions = {}): Promise<{ loyalty: TestService; http: HttpCaller; key: string }> {
  const loyalty = await startTestService({ now: "2026-03-01T12:00:00Z", ...options });
  closing.push(() => loyalty.close());
  const { key } = await loyalty.createProgram("retail-gbp");
  const http = httpCaller(await loyalty.listen(), key, CONNECTIONS);
  closing.push(() => http.close());
  return { loyalty, http, key };
}

/** Two services on one database, as two processes behind a balancer. */
async function startTwoShops() {
  const database = await cloneDatabase();
  closing.push(() => database.drop());
  // Several processes without Redis do not cache.
  const config = { BALANCE_CACHE_SIZE: 0 };
  const one = await startShop({ database, config });
  const other = await startShop({ database, config });
  return { database, one, other };
}

const times = <T>(count: number, make: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => make(n));
const statusCounts = (answers: readonly { status: number }[]): Record<number, number> =>
  Object.fromEntries([...Map.groupBy(answers, ({ status }) => status)].map(([status, those]) => [status, those.length]));

type BalanceBody = { wallets: { points: { available: number; accruedTotal: number } }; version: number };

describe("one member, many requests at once", () => {
  const hotMember = async (options: TestServiceOptions) => {
    const { loyalty, http } = await startShop(options);

    const answers = await Promise.all(times(500, (n) => http.post("/v1/orders", orderBody(`hot-${n}`))));

    expect(statusCounts(answers)).toEqual({ 201: 500 });
    const cached = await loyalty.expectStatus<BalanceBody>(200, "GET", "/v1/members/M1/balance");
    const strong = await loyalty.expectStatus<BalanceBody>(200, "GET", "/v1/members/M1/balance?consistency=strong");
    // 50 orders of £10 as bronze, then 153 of £9.80 × 1.2 = 11 points as silver, 297 of £9.50 × 1.5 = 14 as gold.
    expect(strong.body.wallets.points).toMatchObject({ available: 6338, accruedTotal: 6338 });
    expect(cached.body).toEqual(strong.body);
    await expectSoundLedger(loyalty);
  };

  test("500 orders by 128 connections lose nothing", () => hotMember({}));
  test.skipIf(!hasRedis())("500 orders by 128 connections lose nothing with Redis", () => hotMember({ redis: true }));

  test("one order sent 100 times is placed once and answered 100 times alike", async () => {
    const { loyalty, http } = await startShop();
    const body = orderBody("once", { unitPrice: 4999 });

    const answers = await Promise.all(times(100, () => http.post("/v1/orders", body)));

    expect(statusCounts(answers)).toEqual({ 200: 99, 201: 1 });
    expect(answers.map(({ status, replayed }) => [status, replayed])).toEqual(answers.map(({ status }) => [status, status === 200]));
    const [first] = answers;
    for (const answer of answers) expect(answer.body).toEqual(first?.body);
    const entries = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/M1/entries");
    expect(entries.body.data).toHaveLength(1);
    expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 49, accruedTotal: 49 });
  });

  test("one id with a hundred different bodies is placed for one of them", async () => {
    const { loyalty, http } = await startShop();

    const answers = await Promise.all(
      times(100, (n) => http.post("/v1/orders", orderBody("rivals", { memberId: `R${n % 10}`, unitPrice: 1000 + n }))),
    );

    expect(statusCounts(answers)).toEqual({ 201: 1, 409: 99 });
    for (const { status, body } of answers) if (status === 409) expect(body).toMatchObject({ code: "id_reused" });
    const winner = answers.find(({ status }) => status === 201);
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/orders/rivals");
    expect(body).toEqual({ ...winner?.body, returns: [] });
    // Only the winner's member was enrolled.
    expect((await loyalty.expectStatus<{ data: { id: string }[] }>(200, "GET", "/v1/members")).body.data).toMatchObject([
      { id: winner?.body.memberId },
    ]);
    await expectSoundLedger(loyalty);
  });

  test("200 returns of single units of 100 take back 100", async () => {
    const { loyalty, http } = await startShop();
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("units", { quantity: 100, unitPrice: 99 }) });
    const unit = (n: number) => ({ id: `unit-${n}`, occurredAt: "2026-02-02T00:00:00Z", lines: [{ line: 1, quantity: 1 }] });

    const answers = await Promise.all(times(200, (n) => http.post("/v1/orders/units/returns", unit(n))));

    expect(statusCounts(answers)).toEqual({ 201: 100, 422: 100 });
    for (const { status, body } of answers) if (status === 422) expect(body).toMatchObject({ code: "return_exceeds_order" });
    expect(await pointsOf(loyalty, "M1")).toEqual({ available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 0, redeemedTotal: 0 });
    const { body } = await loyalty.expectStatus<{ returns: { returnedNet: number; order: { keptNet: number } }[] }>(
      200,
      "GET",
      "/v1/orders/units",
    );
    expect(body).toMatchObject({ status: "returned" });
    expect(body.returns.map(({ returnedNet }) => returnedNet)).toEqual(times(100, () => 99));
    expect(Math.min(...body.returns.map(({ order }) => order.keptNet))).toBe(0);
    await expectSoundLedger(loyalty);
  });
});

describe("two services on one database", () => {
  test("place every id once, whichever of them is asked, and answer alike", async () => {
    const { one, other } = await startTwoShops();
    const body = (n: number) => orderBody(`o-${n}`, { memberId: `M${n % 7}`, unitPrice: 1000 + n });

    const answers = await Promise.all(
      times(300, (n) => [one, other, other, one].map(({ http }) => http.post("/v1/orders", body(n)))).map((same) => Promise.all(same)),
    );

    for (const same of answers) {
      expect(statusCounts(same)).toEqual({ 200: 3, 201: 1 });
      for (const { body } of same) expect(body).toEqual(same[0]?.body);
    }
    for (const id of times(7, (n) => `M${n}`)) expect(await pointsOf(one.loyalty, id)).toEqual(await pointsOf(other.loyalty, id));
    await expectSoundLedger(one.loyalty);
  });

  test("give an id of two bodies to one of them", async () => {
    const { one, other } = await startTwoShops();

    const answers = await Promise.all(
      times(200, (n) =>
        Promise.all([
          one.http.post("/v1/orders", orderBody(`o-${n}`, { memberId: `A${n % 5}`, unitPrice: 1000 })),
          other.http.post("/v1/orders", orderBody(`o-${n}`, { memberId: `B${n % 5}`, unitPrice: 2000 })),
        ]),
      ),
    );

    for (const pair of answers) expect(statusCounts(pair)).toEqual({ 201: 1, 409: 1 });
    await expectSoundLedger(one.loyalty);
  });

  test("take orders and returns of the same members crosswise without a deadlock that a client sees", async () => {
    const { one, other } = await startTwoShops();
    const members = ["X", "Y"];
    for (const member of members)
      await one.http.post("/v1/orders", orderBody(`bulk-${member}`, { memberId: member, quantity: 1000, unitPrice: 100 }));
    const place = ({ http }: typeof one, member: string, n: number) =>
      http.post("/v1/orders", orderBody(`${member}-${n}`, { memberId: member }));
    const giveBack = ({ http }: typeof one, member: string, n: number) =>
      http.post(`/v1/orders/bulk-${member}/returns`, {
        id: `r-${member}-${n}`,
        occurredAt: "2026-02-02T00:00:00Z",
        lines: [{ line: 1, quantity: 1 }],
      });

    const answers = await Promise.all(
      times(150, (n) => [place(one, "X", n), giveBack(other, "X", n), giveBack(one, "Y", n), place(other, "Y", n)]).flat(),
    );

    expect(statusCounts(answers)).toEqual({ 201: 600 });
    await expectSoundLedger(one.loyalty);
  });
});
