import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const START = "2026-03-01T12:00:00Z";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: START });
});
afterAll(() => loyalty.close());

const useShop = (id: string, wallet: Record<string, unknown>) =>
  loyalty.createProgram(SHOP, { id, wallets: [{ id: "points", ...wallet }] });
const post = async <Body>(path: string, body: unknown, status = 200) =>
  (await loyalty.expectStatus<Body>(status, "POST", path, { body })).body;
const place = (id: string, quantity = 3) => post<Shown>("/v1/orders", orderBody(id, { occurredAt: START, quantity }), 201);

type Shown = { points: { status: string; availableAt: string | null; expiresAt: string | null }[] };

test("points wait for the completion and the return window after it, then live from there", async () => {
  await useShop("window", { pending: "completed+P14D", expiry: "P1M" });
  loyalty.clock.set(START);
  expect((await place("E1")).points).toMatchObject([{ amount: 30, status: "pending", availableAt: null, expiresAt: null }]);

  loyalty.clock.set("2026-07-01T12:00:00Z");
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0, pending: 30 });
  const lots = await loyalty.expectStatus<{ data: object[] }>(200, "GET", "/v1/members/M1/lots");
  expect(lots.body.data).toMatchObject([{ status: "pending", availableAt: null, expiresAt: null }]);
  await post("/v1/orders/E1/returns", { id: "R1", occurredAt: "2026-07-01T12:00:00Z", lines: [{ line: 1, quantity: 1 }] }, 201);
  const dates = { availableAt: "2026-07-15T12:00:00.000Z", expiresAt: "2026-08-15T12:00:00.000Z" };
  expect((await post<Shown>("/v1/orders/E1/complete", {})).points).toMatchObject([{ status: "pending", ...dates }]);
  expect((await loyalty.expectStatus<Shown>(200, "GET", "/v1/orders/E1")).body.points).toMatchObject([{ status: "pending", ...dates }]);
  await expectSoundLedger(loyalty);

  for (const [now, available, pending] of [
    ["2026-07-15T11:59:59.999Z", 0, 20],
    ["2026-07-15T12:00:00.000Z", 20, 0],
    ["2026-08-15T12:00:00.000Z", 0, 0],
  ] as const) {
    loyalty.clock.set(now);
    expect(await pointsOf(loyalty, "M1"), now).toMatchObject({ available, pending });
  }
  const past = await loyalty.expectStatus<{ wallets: object }>(200, "GET", "/v1/members/M1/balance?asOf=2026-06-01T00:00:00Z");
  expect(past.body.wallets).toMatchObject({ points: { available: 0, pending: 30 } });
});

test("points that wait go with an order that is cancelled", async () => {
  await useShop("cancelled", { pending: "completed" });
  loyalty.clock.set(START);
  await place("E1");

  await post("/v1/orders/E1/cancel", {});

  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0, pending: 0, debt: 0, accruedTotal: 0 });
  await expectSoundLedger(loyalty);
});

test("a completion that is told late finds its points available, and expired where their time is over", async () => {
  await useShop("late", { pending: "completed", expiry: "P1M" });
  loyalty.clock.set(START);
  await place("E1", 3);
  await place("E2", 2);
  loyalty.clock.set("2026-05-15T12:00:00Z");

  const gone = await post<Shown>("/v1/orders/E1/complete", { occurredAt: "2026-03-10T12:00:00Z" });
  const here = await post<Shown>("/v1/orders/E2/complete", { occurredAt: "2026-05-01T12:00:00Z" });

  expect(gone.points).toMatchObject([{ status: "expired", availableAt: "2026-03-10T12:00:00.000Z" }]);
  expect(here.points).toMatchObject([{ status: "available", expiresAt: "2026-06-01T12:00:00.000Z" }]);
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 20, pending: 0, accruedTotal: 50 });
  await expectSoundLedger(loyalty);
});

test("a confirmation ends the wait once, whatever is sent again, and a completion does not", async () => {
  await useShop("confirmed", { pending: "confirm", expiry: "P1M" });
  loyalty.clock.set(START);
  await place("E1");
  await post("/v1/orders/E1/complete", {});
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0, pending: 30 });

  const confirmed = await post("/v1/orders/E1/points/confirm", {});
  const again = await loyalty.expectStatus(200, "POST", "/v1/orders/E1/points/confirm", { body: {} });

  expect(confirmed).toMatchObject({
    orderId: "E1",
    confirmedAt: "2026-03-01T12:00:00.000Z",
    points: [{ wallet: "points", amount: 30, expiresAt: "2026-04-01T11:00:00.000Z" }], // London has moved its clocks
    balance: { wallets: { points: { available: 30, pending: 0 } } },
  });
  expect(again.body).toEqual(confirmed);
  expect(again.headers["idempotent-replayed"]).toBe("true");
  await expectSoundLedger(loyalty);
});
