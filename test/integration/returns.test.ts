import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";

describe("returns", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(SHOP);
  });
  afterAll(() => loyalty.close());

  const place = (id: string, memberId: string, quantity = 3, unitPrice = 1050) =>
    loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId, quantity, unitPrice }) });
  const returning = (id: string, quantity: number, line = 1) => ({ id, occurredAt: "2026-02-10T00:00:00Z", lines: [{ line, quantity }] });

  test("take back what is no longer earned, unit by unit, to nothing", async () => {
    await place("split", "R1");

    const points: number[] = [];
    for (const unit of [1, 2, 3]) {
      const { body } = await loyalty.expectStatus<{ clawedBack: { points: number }[] }>(201, "POST", "/v1/orders/split/returns", {
        body: returning(`split-${unit}`, 1),
      });
      points.push(body.clawedBack.reduce((sum, taken) => sum + taken.points, 0));
    }

    expect(points).toEqual([10, 11, 10]); // 31 of 3150, 21 of 2100, 10 of 1050, 0
    expect(await pointsOf(loyalty, "R1")).toMatchObject({ available: 0, accruedTotal: 0, debt: 0 });
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/orders/split");
    expect(body).toMatchObject({
      status: "returned",
      returns: [{ id: "split-1" }, { id: "split-2" }, { id: "split-3", order: { keptNet: 0 } }],
    });
  });

  test("happen once, and a line named twice is summed", async () => {
    await place("twice", "R2");
    const body = {
      ...returning("T1", 1),
      lines: [
        { line: 1, quantity: 1 },
        { line: 1, quantity: 1 },
      ],
    };

    const first = await loyalty.expectStatus(201, "POST", "/v1/orders/twice/returns", { body });
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders/twice/returns", { body });

    expect(first.body).toMatchObject({ returnedNet: 2100, lines: [{ line: 1, quantity: 2, net: 2100 }], order: { keptNet: 1050 } });
    expect(again.body).toEqual(first.body);
    expect(await pointsOf(loyalty, "R2")).toMatchObject({ available: 10 });
  });

  test.each([
    ["more than was bought", returning("X", 4), 422, "return_exceeds_order", "/lines/0/quantity"],
    [
      "more than was bought by naming a line twice",
      {
        ...returning("X", 2),
        lines: [
          { line: 1, quantity: 2 },
          { line: 1, quantity: 2 },
        ],
      },
      422,
      "return_exceeds_order",
      "/lines/1/quantity",
    ],
    ["a line that the order does not have", returning("X", 1, 9), 422, "request_invalid", "/lines/0/line"],
    ["no lines", { ...returning("X", 1), lines: [] }, 422, "request_invalid", "/lines"],
  ])("of %s are refused and change nothing", async (_name, body, status, code, pointer) => {
    await loyalty.request("POST", "/v1/orders", { body: orderBody("kept", { memberId: "R3", quantity: 3, unitPrice: 1050 }) });

    const refused = await loyalty.expectStatus(status, "POST", "/v1/orders/kept/returns", { body });

    expect(refused.body).toMatchObject({ code, errors: [{ pointer }] });
    expect(await pointsOf(loyalty, "R3")).toMatchObject({ available: 31 });
    expect((await loyalty.request("GET", "/v1/orders/kept")).body).toMatchObject({ returns: [] });
  });

  test("of a cancelled order are refused; cancelling returns the rest", async () => {
    await place("cancelled", "R4");
    await loyalty.expectStatus(201, "POST", "/v1/orders/cancelled/returns", { body: returning("part", 1) });

    const cancelled = await loyalty.expectStatus(200, "POST", "/v1/orders/cancelled/cancel", { body: {} });
    const late = await loyalty.expectStatus(409, "POST", "/v1/orders/cancelled/returns", { body: returning("late", 1) });

    expect(cancelled.body).toMatchObject({ status: "cancelled", balance: { wallets: { points: { available: 0, accruedTotal: 0 } } } });
    expect(late.body).toMatchObject({ code: "order_already_cancelled" });
  });
});
