import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Moved = { kind: string; from: string; to: string; points: number; occurredAt: string };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
  const spend = (atLeast: number) => ({ all: [{ metric: "spend", window: "365d", atLeast }] });
  await loyalty.createProgram(SHOP, {
    wallets: [{ id: "points", pending: "completed+P14D", expiry: "P30D", expiryNotices: ["P7D"] }],
    tiers: [{ id: "bronze" }, { id: "silver", qualification: spend(10_000) }, { id: "gold", qualification: spend(20_000) }],
    upgrades: [{ id: "one-step", price: { wallet: "points", points: 45 } }],
  });
});
afterAll(() => loyalty.close());

const entries = async () => {
  const { body } = await loyalty.expectStatus<{ data: Moved[] }>(200, "GET", "/v1/members/M1/entries");
  return body.data.map(({ kind, from, to, points, occurredAt }) => `${occurredAt} ${kind} ${from}→${to} ${points}`).reverse();
};
const buy = (status: number, id: string) =>
  loyalty.expectStatus(status, "POST", "/v1/members/M1/tier/upgrades", { body: { id, upgrade: "one-step" } });

test("points wait, become available, are half spent, expire while the job is late, and their order comes back", async () => {
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("E1", { occurredAt: "2026-03-01T12:00:00Z", unitPrice: 9000 }) });
  loyalty.clock.set("2026-03-10T12:00:00Z");
  await loyalty.expectStatus(200, "POST", "/v1/orders/E1/complete", { body: {} });
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0, pending: 90 });
  expect((await buy(409, "too-early")).body).toMatchObject({ code: "insufficient_points" });

  loyalty.clock.set("2026-03-24T12:00:00Z");
  expect(await loyalty.runJobs()).toMatchObject({ "due-points": 1, "expiry-notices": 0 });
  loyalty.clock.set("2026-04-16T09:00:00Z");
  expect(await loyalty.runJobs()).toMatchObject({ "due-points": 0, "expiry-notices": 1 });
  await buy(201, "half");
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 45, pending: 0, redeemedTotal: 45 });

  loyalty.clock.set("2026-04-23T11:00:00Z"); // London has moved its clocks
  expect((await buy(409, "too-late")).body).toMatchObject({ code: "insufficient_points" });
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0 });
  loyalty.clock.set("2026-04-25T09:00:00Z");
  expect(await loyalty.runJobs()).toMatchObject({ "due-points": 1, "expiry-notices": 0 });
  const back = await loyalty.expectStatus(201, "POST", "/v1/orders/E1/returns", {
    body: { id: "R1", occurredAt: "2026-04-25T09:00:00Z", lines: [{ line: 1, quantity: 1 }] },
  });

  // What expired is not taken back as well; what was spent is owed.
  expect(back.body).toMatchObject({ clawedBack: [{ wallet: "points", points: 45, debt: 45, writtenOff: 0 }] });
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0, pending: 0, debt: 45, accruedTotal: 45, redeemedTotal: 45 });
  expect(await entries()).toEqual([
    "2026-03-01T12:00:00.000Z accrual issued→pending 90",
    "2026-03-24T12:00:00.000Z activation pending→available 90",
    "2026-04-16T09:00:00.000Z redemption available→redeemed 45",
    "2026-04-23T11:00:00.000Z expiry available→breakage 45",
    "2026-04-25T09:00:00.000Z debt_incurred debt→reversed 45",
  ]);
  const told = await loyalty.database.query("select data from events where type = 'points.will_expire'");
  expect(told).toEqual([
    { data: { wallet: "points", points: 90, at: "2026-04-23T11:00:00.000Z", expiresOn: "2026-04-23", notice: "P7D" } },
  ]);
  await expectSoundLedger(loyalty);
});
