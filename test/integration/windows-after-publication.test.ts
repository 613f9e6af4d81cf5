import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram(SHOP);
});
afterAll(() => loyalty.close());

test("what a member has spent counts after a new version too, whichever command comes first under it", async () => {
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("first", { unitPrice: 6000 }) });
  await loyalty.expectStatus(200, "PUT", "/v1/program", { body: { ...SHOP, name: "Renamed" } });
  await loyalty.expectStatus(200, "PATCH", "/v1/members/M1", { body: { displayName: "Ada" } });

  const order = await loyalty.expectStatus<{ tier: { after: string } }>(201, "POST", "/v1/orders", {
    body: orderBody("second", { unitPrice: 4000 }),
  });

  expect(order.body.tier.after).toBe("silver");
  const { body } = await loyalty.expectStatus<{ differenceCount: number }>(200, "GET", "/v1/verification");
  expect(body.differenceCount).toBe(0);
});
