import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openMember, orderInFen, placed, pointsIn, tierOf } from "../support/orders-in-fen.ts";
import { startTestService, type TestService } from "../support/service.ts";

const AT = "2026-03-01T12:00:00+08:00";

/** Program B of the domain. */
describe("spend-beauty", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: AT });
    await loyalty.createProgram("spend-beauty");
  });
  afterAll(() => loyalty.close());

  /** Why the live event gave nothing to an order. */
  const whyNot = async (orderId: string) => {
    const { body } = await loyalty.expectStatus<{ rules: { rule: string; reason?: unknown }[] }>(
      200,
      "GET",
      `/v1/orders/${orderId}/explanation`,
    );
    return body.rules.find(({ rule }) => rule === "gold-live")?.reason;
  };

  test("case 6: spend of 365 days makes silver and gold at exactly 500 and 1 000 yuan, and shipping gets free sooner", async () => {
    let available = 0;
    for (const [id, gross, shipping, points, before, after] of [
      ["1", 4999, 1000, 49, "regular", "regular"],
      ["2", 5000, 0, 50, "regular", "regular"],
      ["3", 40_001, 0, 400, "regular", "silver"],
      ["4", 2999, 1000, 29, "silver", "silver"],
      ["5", 3000, 0, 30, "silver", "silver"],
      ["6", 44_001, 0, 440, "silver", "gold"],
      ["7", 100, 0, 1, "gold", "gold"],
    ] as const) {
      const order = await placed(loyalty, orderInFen(id, "rising", AT, [gross]));
      available += points;
      expect(order.totals, id).toEqual({ gross, discount: 0, net: gross, shipping, payable: gross + shipping });
      expect([pointsIn(order), pointsIn(order, "status")], id).toEqual([points, points]);
      expect(order.tier, id).toEqual({ before, after });
      expect(order.balance.wallets, id).toMatchObject({ points: { available }, status: { available } });
    }
    expect(await tierOf(loyalty, "rising")).toMatchObject({
      tier: "gold",
      next: null,
      entitlements: { dedicated_support: true, support_hours: 24, dispatch_within_hours: 12 },
    });
  });

  test("case 6: 1 fen short of a tier the progress says so", async () => {
    await placed(loyalty, orderInFen("short-1", "short", AT, [49_999]));

    expect(await tierOf(loyalty, "short")).toMatchObject({
      tier: "regular",
      next: {
        tier: "silver",
        criteria: [
          { metric: "spend", value: 49_999, missing: 1, sentence: "0.01 CNY to silver" },
          { metric: "points", wallet: "status", value: 499, missing: 1 },
        ],
      },
    });
  });

  test("case 10: the live event is for gold and for its channel", async () => {
    for (const [memberId, tier] of [
      ["gold-1", "gold"],
      ["silver-1", "silver"],
    ] as const) {
      await openMember(loyalty, memberId, AT, { tier });
    }
    const live = (id: string, memberId: string, channel: string) => placed(loyalty, { ...orderInFen(id, memberId, AT, [19_999]), channel });

    const gold = await live("live-1", "gold-1", "gold-live");
    expect(gold.totals).toEqual({ gross: 19_999, discount: 4000, net: 15_999, shipping: 0, payable: 15_999 });
    expect(pointsIn(gold)).toBe(159);

    const silver = await live("live-2", "silver-1", "gold-live");
    expect(silver.totals).toEqual({ gross: 19_999, discount: 0, net: 19_999, shipping: 0, payable: 19_999 });
    expect(pointsIn(silver)).toBe(199);
    expect(await whyNot("live-2")).toEqual({ kind: "condition", part: 'member.tier == "gold"', values: { "member.tier": "silver" } });

    const elsewhere = await live("live-3", "gold-1", "web");
    expect(elsewhere.totals.discount).toBe(0);
    expect(await whyNot("live-3")).toMatchObject({ values: { "order.channel": "web" } });
  });

  test("spend leaves the window on the 365th day after it", async () => {
    await placed(loyalty, orderInFen("window-1", "leaving", AT, [49_999]));

    loyalty.clock.set("2027-02-28T23:59:59+08:00");
    expect((await tierOf(loyalty, "leaving")).next?.criteria[0]).toMatchObject({ value: 49_999, missing: 1 });
    loyalty.clock.set("2027-03-01T00:00:00+08:00");
    expect((await tierOf(loyalty, "leaving")).next?.criteria[0]).toMatchObject({ value: 0, missing: 50_000 });
    const order = await placed(loyalty, orderInFen("window-2", "leaving", "2027-03-01T00:00:00+08:00", [1]));
    expect(order.tier).toEqual({ before: "regular", after: "regular" });
    loyalty.clock.set(AT);
  });
});
