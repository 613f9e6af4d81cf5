import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type Receiver, startReceiver } from "../support/receiver.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const LEASE_MS = 60_000;
const WEBHOOK_SECRET_KEY = "a-key-that-two-processes-share";

let loyalty: TestService;
let receiver: Receiver;
let other: ServiceProcess | undefined;
beforeAll(async () => {
  receiver = await startReceiver();
  loyalty = await startTestService({ config: { WEBHOOK_ALLOW_PRIVATE: true, WEBHOOK_SECRET_KEY }, now: new Date().toISOString() });
  await loyalty.createProgram(SHOP);
});
afterAll(async () => {
  other?.signal("SIGKILL");
  await loyalty.close();
  await receiver.close();
});

const arrived = () => receiver.received.map(({ body }) => (JSON.parse(body) as { data: { orderId: string } }).data.orderId);

test("an event that a killed process was delivering is delivered by another one, and none is missed", { timeout: 90_000 }, async () => {
  receiver.answer = () => (receiver.received.length <= 2 ? { status: 204 } : "hang");
  await loyalty.expectStatus(201, "POST", "/v1/webhooks", { body: { url: receiver.url, types: ["order.placed"] } });
  const placed = Array.from({ length: 6 }, (_, index) => `order-${index}`);
  for (const id of placed) await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id) });

  other = await startServiceProcess(
    {
      DATABASE_URL: loyalty.database.url,
      WEBHOOK_ALLOW_PRIVATE: "true",
      WEBHOOK_SECRET_KEY,
      EVENTS_INTERVAL_MS: "50",
    },
    "worker",
  );
  await vi.waitUntil(() => receiver.received.length >= 3, { timeout: 60_000 });
  other.signal("SIGKILL");
  await other.ended;
  other = undefined;
  expect(arrived()).toEqual(placed.slice(0, 3));

  receiver.answer = () => ({ status: 204 });
  await loyalty.inside.webhooks.deliverAll();
  expect(arrived()).toHaveLength(3); // the lease of the one that died has not ended
  loyalty.clock.advance(LEASE_MS + 60_000);
  await loyalty.inside.webhooks.deliverAll();

  expect([...new Set(arrived())].sort()).toEqual(placed);
});
