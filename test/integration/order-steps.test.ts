import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

const NOW = "2026-03-01T00:00:00Z";

/** Ten units of 7.00 and, where the program counts completed orders, 77 points at ×1.1. */
const cart = (id: string) => ({
  id,
  memberId: "step-member",
  occurredAt: NOW,
  currency: "CNY",
  lines: [{ line: 1, sku: "tea", quantity: 10, unitPrice: 700 }],
});

describe("an order that counts when it is completed", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ now: NOW });
    await service.createProgram("activity-mall");
    await service.request("POST", "/v1/members", { body: { id: "step-member" } });
  });
  afterAll(() => service.close());

  const place = (id: string) => service.expectStatus(201, "POST", "/v1/orders", { body: cart(id) });
  const step = (id: string, name: "complete" | "cancel") =>
    service.expectStatus(200, "POST", `/v1/orders/${id}/${name}`, { body: { occurredAt: NOW } });
  const giveBack = (id: string, quantity: number) =>
    service.expectStatus(201, "POST", `/v1/orders/${id}/returns`, {
      body: { id: `return-of-${id}`, occurredAt: NOW, lines: [{ line: 1, quantity }] },
    });
  const available = async () =>
    (await service.expectStatus<{ wallets: { points: { available: number } } }>(200, "GET", "/v1/members/step-member/balance")).body.wallets
      .points.available;

  test("answers at completion the points that are granted: for what was not returned before", async () => {
    const before = await available();
    await place("partly");
    await giveBack("partly", 4);

    const { body } = await step("partly", "complete");

    expect(body).toMatchObject({ status: "completed", points: [{ wallet: "points", amount: 46, status: "available" }] });
    expect(await available()).toBe(before + 46); // floor(42.00 × 1.1)
  });

  test("takes back by cancellation what is left of it, and says what", async () => {
    const before = await available();
    await place("cancelled");
    await step("cancelled", "complete");
    await giveBack("cancelled", 3);

    const { body } = await step("cancelled", "cancel");

    expect(body).toMatchObject({
      status: "cancelled",
      takenBack: { returnedNet: 4_900, clawedBack: [{ wallet: "points", points: 53, debt: 0, writtenOff: 0 }] },
    });
    expect(await available()).toBe(before);
    const again = await step("cancelled", "cancel");
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.body).toEqual(body);
  });

  test("cannot be completed once it is cancelled", async () => {
    await place("dead");
    await step("dead", "cancel");

    const { status, body } = await service.request("POST", "/v1/orders/dead/complete", { body: { occurredAt: NOW } });

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: "order_already_cancelled" });
  });
});

test("a program's currency and time zone stand for good", async () => {
  const service = await startTestService({ now: NOW });
  try {
    await service.createProgram("retail-gbp");
    for (const [field, value] of [["currency", "EUR"] as const, ["timeZone", "Asia/Shanghai"] as const]) {
      const { status, body } = await service.request("PUT", "/v1/program", {
        body: { ...(await service.expectStatus<{ definition: object }>(200, "GET", "/v1/program")).body.definition, [field]: value },
      });
      expect(status).toBe(422);
      expect(body).toMatchObject({ code: "program_invalid", errors: [{ pointer: `/${field}` }] });
    }
    expect((await service.expectStatus(200, "GET", "/v1/program")).body).toMatchObject({ version: 1 });
  } finally {
    await service.close();
  }
});

test("a Redis that cannot be reached is said and does not stop the service", async () => {
  const service = await startTestService({ config: { REDIS_URL: "redis://127.0.0.1:1" } });
  try {
    const { status, body } = await service.request("GET", "/health/ready", { key: null });
    expect(status).toBe(200);
    expect(body).toEqual({ status: "degraded", checks: { database: "ok", redis: "failing" } });
  } finally {
    await service.close();
  }
});
