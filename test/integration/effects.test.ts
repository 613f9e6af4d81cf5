import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const RULES = [
  {
    id: "prices",
    priority: 9,
    effects: [
      { kind: "member_prices", prices: [{ sku: "tea", unitPrice: 900 }] },
      {
        kind: "bundle_price",
        items: [
          { sku: "cup", quantity: 1 },
          { sku: "saucer", quantity: 1 },
        ],
        price: 1500,
      },
      { kind: "group_price", steps: [{ atLeast: 3, unitPrice: 2000 }] },
    ],
  },
  {
    id: "units",
    priority: 8,
    lines: 'line.sku == "tea" || line.sku == "socks"',
    effects: [
      { kind: "buy_x_get_y", buy: 3, get: 1 },
      { kind: "discount_units_percent", pick: "dearest", units: 1, percent: 10 },
      { kind: "discount_units_amount", pick: "cheapest", units: 2, amount: 33 },
    ],
  },
  {
    id: "ladder",
    effects: [
      {
        kind: "discount_ladder",
        steps: [
          { atLeast: 5000, amount: 500 },
          { atLeast: 9000, amount: 1000 },
        ],
      },
    ],
  },
  {
    id: "points",
    lines: 'line.sku != "cup"',
    effects: [
      { kind: "points_per_quantity", wallet: "points", points: 7, perQuantity: 2 },
      { kind: "points_percent", percent: 12.5 },
    ],
  },
  {
    id: "extras",
    label: "Extras",
    effects: [
      { kind: "shipping_discount_percent", percent: 50 },
      { kind: "shipping_discount_amount", amount: 50 },
      { kind: "gift", sku: "tote-bag" },
      { kind: "entitlement", entitlement: "gift_wrap" },
      { kind: "custom", name: "banner", payload: { text: "Thank you", sizes: [1, 2.5, null] } },
    ],
  },
];

const LINES = [
  { line: 1, sku: "tea", quantity: 4, unitPrice: 1000 },
  { line: 2, sku: "cup", quantity: 2, unitPrice: 1200 },
  { line: 3, sku: "saucer", quantity: 3, unitPrice: 700 },
  { line: 4, sku: "socks", quantity: 2, unitPrice: 2500 },
];

const orderOf = (id: string, memberId: string) => ({
  id,
  memberId,
  occurredAt: "2026-02-01T12:00:00Z",
  currency: "GBP",
  shipping: 500,
  attributes: { groupSize: 3 },
  lines: LINES,
});

type Placed = { totals: { net: number; shipping: number }; points: { amount: number }[]; effects: { kind: string }[] };

describe("orders with all kinds of effects", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram({ ...SHOP, rules: RULES });
  });
  afterAll(() => loyalty.close());

  test("answer the same effects when they are quoted, placed, placed again and read", async () => {
    const { id: _id, ...cart } = orderOf("E1", "E1");
    const quoted = await loyalty.expectStatus<Placed>(200, "POST", "/v1/quotes", { body: cart });
    const placed = await loyalty.expectStatus<Placed>(201, "POST", "/v1/orders", { body: orderOf("E1", "E1") });
    const again = await loyalty.expectStatus<Placed>(200, "POST", "/v1/orders", { body: orderOf("E1", "E1") });
    const read = await loyalty.expectStatus<Placed>(200, "GET", "/v1/orders/E1");

    const extras = { rule: "extras", label: "Extras" };
    expect(placed.body.effects).toEqual([
      { kind: "gift", ...extras, sku: "tote-bag", quantity: 1 },
      { kind: "entitlement", ...extras, entitlement: "gift_wrap", value: true },
      { kind: "custom", ...extras, name: "banner", payload: { text: "Thank you", sizes: [1, 2.5, null] } },
      { kind: "reduced_shipping", ...extras, amount: 250 },
      { kind: "reduced_shipping", ...extras, amount: 50 },
    ]);
    expect(quoted.body.effects).toEqual(placed.body.effects);
    expect(read.body.effects).toEqual(placed.body.effects);
    expect(again.body).toEqual(placed.body);
    // 4.00 on tea, 8.00 on two sets, 10.00 on socks; a tea at 9.00, 2.00 on a pair of socks, 0.66 on two teas; then 10.00 from 90.00.
    expect(placed.body.totals).toMatchObject({ gross: 13_500, discount: 4366, net: 9134, shipping: 200, payable: 9334 });
  });

  test("explain what each gave", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderOf("E2", "E2") });

    const { body } = await loyalty.expectStatus<{ rules: { rule: string; gave: { kind: string }[] }[] }>(
      200,
      "GET",
      "/v1/orders/E2/explanation",
    );

    const given = body.rules.flatMap(({ gave }) => gave.map(({ kind }) => kind));
    expect(given.toSorted()).toEqual(RULES.flatMap(({ effects }) => effects.map(({ kind }) => kind)).toSorted());
  });

  test.each([
    ["at once", "E3", [LINES.map(({ line, quantity }) => ({ line, quantity }))]],
    ["unit by unit", "E4", LINES.flatMap(({ line, quantity }) => Array.from({ length: quantity }, () => [{ line, quantity: 1 }]))],
  ])("give everything back when they are returned %s", async (_how, id, parts) => {
    const { body: placed } = await loyalty.expectStatus<Placed>(201, "POST", "/v1/orders", { body: orderOf(id, id) });
    const taken = { net: 0, points: 0 };
    for (const [index, lines] of parts.entries()) {
      const { body } = await loyalty.expectStatus<{ returnedNet: number; clawedBack: { points: number }[] }>(
        201,
        "POST",
        `/v1/orders/${id}/returns`,
        { body: { id: `${id}-${index}`, occurredAt: "2026-02-10T00:00:00Z", lines } },
      );
      taken.net += body.returnedNet;
      taken.points += body.clawedBack.reduce((sum, { points }) => sum + points, 0);
      await expectSoundLedger(loyalty);
    }

    expect(taken).toEqual({ net: placed.totals.net, points: placed.points[0]?.amount });
    expect(await pointsOf(loyalty, id)).toMatchObject({ available: 0, accruedTotal: 0, debt: 0 });
  });
});
