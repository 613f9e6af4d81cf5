import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completed, openMember, orderInFen, placed, pointsIn, tierOf } from "../support/orders-in-fen.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** Program A of the domain: orders count when they are completed. */
describe("activity-mall", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-02-28T16:00:00Z" });
    await loyalty.createProgram("activity-mall");
  });
  afterAll(() => loyalty.close());

  /** An order that is placed and completed at one instant, to which the clock is moved. */
  async function buy(id: string, memberId: string, at: string, prices: number[]) {
    loyalty.clock.set(at);
    const first = await placed(loyalty, orderInFen(id, memberId, at, prices));
    const done = await completed(loyalty, id, at);
    return { placed: first, completed: done };
  }

  test("case 1: the third completed order of a calendar month makes silver, from the next order on", async () => {
    for (const [n, at, after] of [
      [1, "2026-03-01T00:00:00+08:00", "regular"],
      [2, "2026-03-15T12:00:00+08:00", "regular"],
      [3, "2026-03-31T23:59:59+08:00", "silver"],
    ] as const) {
      const order = await buy(`f-${n}`, "frequent", at, [10_000]);
      expect(order.placed).toMatchObject({
        totals: { discount: 0, net: 10_000, shipping: 1000, payable: 11_000 },
        tier: { before: "regular" },
      });
      expect(order.placed.points).toMatchObject([{ wallet: "points", amount: 110, status: "expected" }]);
      expect(order.completed.points).toMatchObject([{ wallet: "points", amount: 110, status: "available" }]);
      expect(order.completed.tier).toEqual({ before: "regular", after });
      expect(await pointsOf(loyalty, "frequent")).toMatchObject({ available: 110 * n, accruedTotal: 110 * n });
    }

    const next = await buy("f-4", "frequent", "2026-04-01T00:00:01+08:00", [10_000]);

    expect(next.placed).toMatchObject({ totals: { discount: 200, net: 9800 }, tier: { before: "silver", after: "silver" } });
    expect(next.completed.points).toMatchObject([{ amount: 117, status: "available" }]);
    expect(await pointsOf(loyalty, "frequent")).toMatchObject({ available: 447, accruedTotal: 447 });
  });

  test("case 1: with the third order in the first second of the next month the member stays regular", async () => {
    await buy("s-1", "slow", "2026-03-01T00:00:00+08:00", [10_000]);
    await buy("s-2", "slow", "2026-03-15T12:00:00+08:00", [10_000]);
    expect((await tierOf(loyalty, "slow")).next).toMatchObject({
      tier: "silver",
      criteria: [{ metric: "orders", value: 2, missing: 1, sentence: "1 order to silver" }],
    });

    const third = await buy("s-3", "slow", "2026-04-01T00:00:00+08:00", [10_000]);

    expect(third.completed.tier).toEqual({ before: "regular", after: "regular" });
    expect(pointsIn(third.completed)).toBe(110);
    expect(await tierOf(loyalty, "slow")).toMatchObject({
      tier: "regular",
      next: { tier: "silver", criteria: [{ metric: "orders", value: 1, missing: 2, sentence: "2 orders to silver" }] },
    });
    expect((await buy("s-4", "slow", "2026-04-02T00:00:00+08:00", [10_000])).placed.totals.discount).toBe(0);
  });

  test("case 2: a percentage is rounded half up on each line", async () => {
    await openMember(loyalty, "rounded", "2026-03-01T00:00:00+08:00", { tier: "silver" });

    const order = await buy("r-1", "rounded", "2026-04-10T12:00:00+08:00", [1225, 1225, 1225, 1225]);

    expect(order.placed.totals).toEqual({ gross: 4900, discount: 100, net: 4800, shipping: 1000, payable: 5800 });
    expect(order.placed.lines.map(({ discount, net }) => [discount, net])).toEqual([
      [25, 1200],
      [25, 1200],
      [25, 1200],
      [25, 1200],
    ]);
    expect(pointsIn(order.completed)).toBe(57);
    expect(await pointsOf(loyalty, "rounded")).toMatchObject({ available: 57, accruedTotal: 57 });
  });

  test("case 3: points accrued in total make gold", async () => {
    await openMember(loyalty, "collector", "2026-03-01T00:00:00+08:00", { tier: "silver", points: 9900 });
    expect((await tierOf(loyalty, "collector")).next).toMatchObject({
      tier: "gold",
      criteria: [{ metric: "points", value: 9900, missing: 100, sentence: "100 points (points) to gold" }],
    });

    const order = await buy("c-1", "collector", "2026-04-11T12:00:00+08:00", [10_000]);

    expect(order.placed.totals).toMatchObject({ discount: 200, net: 9800 });
    expect(pointsIn(order.completed)).toBe(117);
    expect(order.completed.tier).toEqual({ before: "silver", after: "gold" });
    expect(await pointsOf(loyalty, "collector")).toMatchObject({ available: 10_017, accruedTotal: 10_017 });

    const next = await buy("c-2", "collector", "2026-04-12T12:00:00+08:00", [12_345]);

    expect(next.placed.totals).toMatchObject({ discount: 617, net: 11_728 });
    expect(pointsIn(next.completed)).toBe(234);
    expect(next.completed.tier).toEqual({ before: "gold", after: "gold" });
    expect(await pointsOf(loyalty, "collector")).toMatchObject({ available: 10_251, accruedTotal: 10_251 });
  });

  test("case 4: net spend in total makes vip, to the fen", async () => {
    await openMember(loyalty, "spender", "2026-03-01T00:00:00+08:00", { tier: "gold", spend: 9_990_000 });

    const order = await buy("v-1", "spender", "2026-04-13T12:00:00+08:00", [10_526]);

    expect(order.placed.totals).toMatchObject({ discount: 526, net: 10_000 });
    expect(pointsIn(order.completed)).toBe(200);
    expect(order.completed.tier).toEqual({ before: "gold", after: "vip" });
    expect(await tierOf(loyalty, "spender")).toMatchObject({ tier: "vip", next: null });
  });

  test("case 4: 1 fen short is still gold, and the progress says so", async () => {
    await openMember(loyalty, "almost", "2026-03-01T00:00:00+08:00", { tier: "gold", spend: 9_990_000 });

    const order = await buy("a-1", "almost", "2026-04-13T12:00:00+08:00", [10_525]);

    expect(order.placed.totals).toMatchObject({ discount: 526, net: 9999 });
    expect(pointsIn(order.completed)).toBe(199);
    expect(order.completed.tier).toEqual({ before: "gold", after: "gold" });
    expect(await tierOf(loyalty, "almost")).toMatchObject({
      tier: "gold",
      next: {
        tier: "vip",
        criteria: [{ metric: "spend", atLeast: 10_000_000, value: 9_999_999, missing: 1, sentence: "0.01 CNY to vip" }],
      },
    });
  });

  test("points buy coupons; for less on the member day, to silver members, once a month", async () => {
    type Redeemed = { redemption: { given: { coupons: { code: string }[] } } };
    const opened = "2026-05-01T00:00:00+08:00";
    loyalty.clock.set(opened);
    await openMember(loyalty, "saver", opened, { tier: "silver", points: 3000 });
    const redeem = (id: string, reward: string) =>
      loyalty.request<Redeemed>("POST", "/v1/members/saver/redemptions", { body: { id, reward, channel: "online" } });
    const codeOf = ({ body }: Awaited<ReturnType<typeof redeem>>) => body.redemption.given.coupons.map(({ code }) => code);

    loyalty.clock.set("2026-05-07T23:59:59+08:00");
    const five = await redeem("saver-1", "five-off");
    expect(await redeem("saver-2", "member-day-ten-off")).toMatchObject({
      status: 409,
      body: { code: "reward_unavailable", details: { reason: "not_scheduled", field: "daysOfMonth", next: "2026-05-07T16:00:00.000Z" } },
    });
    loyalty.clock.set("2026-05-08T00:00:00+08:00");
    const ten = await redeem("saver-2", "member-day-ten-off");
    expect(await redeem("saver-3", "member-day-ten-off")).toMatchObject({
      status: 409,
      body: { details: { reason: "limit_reached", until: "2026-05-31T16:00:00.000Z" } },
    });

    expect([five.status, ten.status]).toEqual([201, 201]);
    expect(await pointsOf(loyalty, "saver")).toMatchObject({ available: 1700, accruedTotal: 3000, redeemedTotal: 1300 });
    const at = "2026-05-08T12:00:00+08:00";
    loyalty.clock.set(at);
    const orders = [
      await placed(loyalty, { ...orderInFen("saver-5", "saver", at, [10_000]), coupons: codeOf(five) }),
      await placed(loyalty, { ...orderInFen("saver-10", "saver", at, [10_000]), coupons: codeOf(ten) }),
    ];
    // 2 % of silver first, then the coupon.
    expect(orders.map(({ totals }) => totals.net)).toEqual([9300, 8800]);
    await expectSoundLedger(loyalty);
  });
});
