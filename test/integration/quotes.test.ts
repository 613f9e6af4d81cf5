import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

describe("quotes", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T00:00:00Z" });
    await loyalty.createProgram(SHOP);
  });
  afterAll(() => loyalty.close());

  const cartOf = (memberId: string, unitPrice = 12000) => {
    const { id: _id, occurredAt: _occurredAt, ...cart } = orderBody("", { memberId, unitPrice });
    return cart;
  };
  const quote = (memberId: string) =>
    loyalty.expectStatus<{ quoteToken: string } & Record<string, unknown>>(200, "POST", "/v1/quotes?explain=true", {
      body: cartOf(memberId),
    });

  test("answer what the order would, write nothing, and end", async () => {
    const { body } = await quote("Q1");

    expect(body).toMatchObject({
      id: null,
      status: "quoted",
      occurredAt: "2026-03-01T00:00:00.000Z",
      totals: { net: 12000 },
      points: [{ amount: 120 }],
      expiresAt: "2026-03-01T00:30:00.000Z",
    });
    expect(body.explanation).toContainEqual(expect.objectContaining({ rule: "big-order", matched: false }));
    await loyalty.expectStatus(404, "GET", "/v1/members/Q1");
  });

  test("hold for one order of the same cart", async () => {
    const { body } = await quote("Q2");
    const order = { ...cartOf("Q2"), occurredAt: "2026-03-01T00:00:00Z", quoteToken: body.quoteToken };

    const changed = await loyalty.expectStatus(422, "POST", "/v1/orders", { body: { ...order, id: "Q2-0", shipping: 5 } });
    const placed = await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { ...order, id: "Q2-1" } });
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders", { body: { ...order, id: "Q2-1" } });
    const second = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: { ...order, id: "Q2-2" } });

    expect(changed.body).toMatchObject({ code: "quote_mismatch" });
    expect(placed.body).toMatchObject({ totals: body.totals });
    expect(again.body).toEqual(placed.body);
    expect(second.body).toMatchObject({ code: "quote_already_used" });
    await loyalty.expectStatus(404, "GET", "/v1/orders/Q2-2");
  });

  test("are refused once they have ended", async () => {
    const { body } = await quote("Q3");
    loyalty.clock.set("2026-03-01T00:30:00Z");

    const late = { ...cartOf("Q3"), id: "Q3-1", occurredAt: "2026-03-01T00:30:00Z", quoteToken: body.quoteToken };
    const { body: problem } = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: late });

    expect(problem).toMatchObject({ code: "quote_expired" });
    await loyalty.expectStatus(404, "GET", "/v1/orders/Q3-1");
    loyalty.clock.set("2026-03-01T00:00:00Z");
  });
});
