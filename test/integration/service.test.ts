import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasRedis } from "../support/redis.ts";
import { startTestService, type TestService } from "../support/service.ts";

const order = (id: string, memberId: string) => ({
  id,
  memberId,
  occurredAt: "2026-03-01T10:00:00Z",
  currency: "GBP",
  lines: [{ line: 1, sku: "mug", quantity: 1, unitPrice: 1_000 }],
});

type BalanceBody = { wallets: { points: { available: number } }; version: number };

describe("the service as a whole", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ now: "2026-03-01T12:00:00Z" });
    await service.createProgram("retail-gbp");
  });
  afterAll(() => service.close());

  const available = async (memberId: string, query = "") =>
    (await service.expectStatus<BalanceBody>(200, "GET", `/v1/members/${memberId}/balance${query}`)).body.wallets.points.available;

  test("takes an order and answers its points from the cache and from Postgres alike", async () => {
    await service.expectStatus(201, "POST", "/v1/orders", { body: order("o-1", "ada") });

    expect(await available("ada")).toBe(10);
    expect(await available("ada", "?consistency=strong")).toBe(10);
  });

  test("says that it is ready", async () => {
    const { body } = await service.expectStatus(200, "GET", "/health/ready", { key: null });

    expect(body).toMatchObject({ status: "ready", checks: { database: "ok" } });
  });

  test("answers over a real connection", async () => {
    const url = await service.listen();

    const answer = await fetch(`${url}/health/live`);

    expect(await answer.json()).toEqual({ status: "live" });
  });

  test("shows what happens in its database, and only there", async () => {
    const other = await startTestService();
    try {
      expect(await other.database.query("select id from members")).toEqual([]);
      expect(await service.database.query("select id from members")).toEqual([{ id: "ada" }]);
    } finally {
      await other.close();
    }
  });

  test.skipIf(!hasRedis())("works the same with Redis", async () => {
    const withRedis = await startTestService({ redis: true, now: "2026-03-01T12:00:00Z" });
    try {
      await withRedis.createProgram("retail-gbp");
      await withRedis.expectStatus(201, "POST", "/v1/orders", { body: order("o-1", "ada") });
      const { body } = await withRedis.expectStatus<BalanceBody>(200, "GET", "/v1/members/ada/balance");
      expect(body.wallets.points.available).toBe(10);
    } finally {
      await withRedis.close();
    }
  });
});
