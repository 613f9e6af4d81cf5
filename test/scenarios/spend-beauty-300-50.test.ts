import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openMember, orderInFen, placed, pointsIn } from "../support/orders-in-fen.ts";
import { readProgram, startTestService, type TestService } from "../support/service.ts";
import { pointsOf } from "../support/shop.ts";

const AT = "2026-03-01T12:00:00+08:00";

type Clawback = { wallet: string; points: number; debt: number; writtenOff: number };
type ReturnAnswer = { returnedNet: number; clawedBack: Clawback[]; order: { keptNet: number; status: string } };
type Rule = { id: string; effects: Record<string, unknown>[] };

/** Program B of the domain with 满减: spend 300, get 50 off. */
describe("spend-beauty-300-50", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: AT });
    await loyalty.createProgram("spend-beauty-300-50");
  });
  afterAll(() => loyalty.close());

  const giveBack = async (id: string, lines: { line: number; quantity: number }[]) =>
    (await loyalty.expectStatus<ReturnAnswer>(201, "POST", "/v1/orders/cart/returns", { body: { id, occurredAt: AT, lines } })).body;

  test("case 8: the shares of the lines, and what returns unit by unit take back", async () => {
    const order = await placed(loyalty, orderInFen("cart", "buyer", AT, [10_000, 10_001, { quantity: 3, unitPrice: 4000 }]));

    expect(order).toMatchObject({
      totals: { gross: 32_001, discount: 5000, net: 27_001, shipping: 0, payable: 27_001 },
      lines: [
        { line: 1, discount: 1562, net: 8438 },
        { line: 2, discount: 1563, net: 8438 },
        { line: 3, discount: 1875, net: 10_125 },
      ],
      tier: { before: "regular", after: "regular" },
    });
    expect([pointsIn(order), pointsIn(order, "status")]).toEqual([270, 270]);

    for (const [unit, keptNet, points] of [
      [1, 23_626, 236],
      [2, 20_251, 202],
      [3, 16_876, 168],
    ] as const) {
      const returned = await giveBack(`unit-${unit}`, [{ line: 3, quantity: 1 }]);
      expect(returned).toMatchObject({ returnedNet: 3375, order: { keptNet } });
      expect(returned.clawedBack).toEqual(["points", "status"].map((wallet) => ({ wallet, points: 34, debt: 0, writtenOff: 0 })));
      expect(await pointsOf(loyalty, "buyer")).toMatchObject({ available: points, accruedTotal: points });
    }

    const rest = await giveBack("rest", [
      { line: 1, quantity: 1 },
      { line: 2, quantity: 1 },
    ]);

    expect(rest).toMatchObject({ returnedNet: 16_876, order: { keptNet: 0, status: "returned" } });
    expect(rest.clawedBack).toEqual(["points", "status"].map((wallet) => ({ wallet, points: 168, debt: 0, writtenOff: 0 })));
    expect(await pointsOf(loyalty, "buyer")).toMatchObject({ available: 0, accruedTotal: 0, debt: 0 });
  });

  test("case 8: 650 yuan lose 50 once", async () => {
    const order = await placed(loyalty, orderInFen("large", "large", AT, [65_000]));

    expect(order.totals).toMatchObject({ discount: 5000, net: 60_000 });
    expect(pointsIn(order)).toBe(600);
  });

  test("case 8: or 100 where the program gives 50 per each 300", async () => {
    const { rules } = await readProgram("spend-beauty-300-50");
    const perEach = (rules as Rule[]).map((rule) =>
      rule.id === "spend-300-get-50" ? { ...rule, effects: rule.effects.map((effect) => ({ ...effect, repeat: true })) } : rule,
    );
    // The file's own test cases are of 50 off once.
    await loyalty.createProgram("spend-beauty-300-50", { id: "per-each-300", rules: perEach, tests: [] });

    const order = await placed(loyalty, orderInFen("large", "large", AT, [65_000]));

    expect(order.totals).toMatchObject({ discount: 10_000, net: 55_000 });
    expect(pointsIn(order)).toBe(550);
  });

  test("500 points buy a travel set, and come back when it does not leave within 30 days", async () => {
    const at = "2026-03-02T00:00:00+08:00";
    await openMember(loyalty, "traveller", AT, { tier: "regular", points: 600 });
    loyalty.clock.set(at);
    const body = { id: "set", reward: "travel-set", channel: "online" };
    const { redemption } = (await loyalty.expectStatus<{ redemption: unknown }>(201, "POST", "/v1/members/traveller/redemptions", { body }))
      .body;
    expect(redemption).toMatchObject({ status: "issued", expiresAt: "2026-03-31T16:00:00.000Z" });
    expect(await pointsOf(loyalty, "traveller")).toMatchObject({ available: 100, redeemedTotal: 500 });

    loyalty.clock.set("2026-04-01T00:00:00+08:00");
    expect((await loyalty.runJobs())["redemption-ends"]).toBe(1);

    expect(await pointsOf(loyalty, "traveller")).toMatchObject({ available: 600, redeemedTotal: 0 });
  });
});
