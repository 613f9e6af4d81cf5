import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** A command that spends reads as many lots as its points come from: which ones burn must be the same as if all had been read. */
const DAY_MS = 86_400_000;

type LotView = { wallet: string; granted: number; remaining: number; held: number; expiresAt: string | null };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram(SHOP, {
    autoEnroll: true,
    wallets: [{ id: "points", pending: "P2D", expiry: "P60D", payWithPoints: { points: 1, amount: 1 } }, { id: "coins" }],
    rewards: [
      { id: "one", label: "One", price: [{ wallet: "points", points: 1 }], gives: { kind: "custom" } },
      {
        id: "both",
        label: "Both",
        price: [
          { wallet: "coins", points: 15 },
          { wallet: "points", points: 7 },
        ],
        gives: { kind: "custom" },
      },
    ],
  });
});
afterAll(async () => {
  await expectSoundLedger(loyalty);
  await loyalty.close();
});

const inDays = (days: number): string => new Date(loyalty.clock.now().getTime() + days * DAY_MS).toISOString();
const lotsOf = (memberId: string) => allPages<LotView>(loyalty, `/v1/members/${memberId}/lots?all=true`);
const freeOf = ({ remaining, held }: LotView): number => remaining - held;

/** In each wallet 12 lots of 10 points: some that end on the same day, some that never end, in another order than they burn. */
async function memberWithLots(memberId: string): Promise<void> {
  const days = [9, 3, undefined, 5, 5, 1, undefined, 7, 3, 11, 5, undefined];
  const lots = ["points", "coins"].flatMap((wallet) =>
    days.map((day) => ({ wallet, points: 10, ...(day !== undefined && { expiresAt: inDays(day) }) })),
  );
  const line = { type: "openingBalance", id: `open-${memberId}`, memberId, occurredAt: loyalty.clock.now().toISOString(), lots };
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(line)}\n`, headers });
}

/** Free points of a wallet's lots of 10 as they burn: those that end first, then those that came first. */
async function burning(memberId: string, wallet = "points"): Promise<number[]> {
  const endOf = ({ expiresAt }: LotView): number => (expiresAt === null ? Number.POSITIVE_INFINITY : Date.parse(expiresAt));
  const ends = (await lotsOf(memberId))
    .filter((lot) => lot.wallet === wallet && lot.granted === 10)
    .map((lot) => ({ free: freeOf(lot), end: endOf(lot) }))
    .reverse();
  return ends.sort((a, b) => (a.end === b.end ? 0 : a.end - b.end)).map(({ free }) => free);
}

/** 12 lots of 10 of which the first burnt so many points. */
const burnt = (points: number): number[] => Array.from({ length: 12 }, (_, n) => Math.min(10, Math.max(0, 10 * (n + 1) - points)));

const hold = (memberId: string, id: string, points: number, status = 201) =>
  loyalty.expectStatus(status, "POST", `/v1/members/${memberId}/holds`, { body: { id, wallet: "points", points } });

test.each([1, 10, 39, 40, 41, 45, 50, 99, 119, 120])("%d points come from the lots that burn first", async (points) => {
  const memberId = `once-${points}`;
  await memberWithLots(memberId);
  await hold(memberId, `${memberId}-1`, points);
  expect(await burning(memberId)).toEqual(burnt(points));
  expect(await burning(memberId, "coins")).toEqual(burnt(0));
  expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 120 - points, held: points });
});

test("commands of one batch spend what they need together, and the one that is too much is refused alone", async () => {
  const memberId = "at-once";
  await memberWithLots(memberId);
  const path = `/v1/members/${memberId}`;
  const holds = [13, 8, 21, 17, 3].map((points, n) => hold(memberId, `${memberId}-${n}`, points));
  const redemptions = ["one", "both", "one"].map((reward, n) =>
    loyalty.expectStatus(201, "POST", `${path}/redemptions`, { body: { id: `${memberId}-r${n}`, reward, quantity: 2, channel: "online" } }),
  );
  const tooMuch = hold(memberId, `${memberId}-x`, 121, 409);
  await Promise.all([...holds, ...redemptions, tooMuch]);
  expect(await burning(memberId)).toEqual(burnt(62 + 4 + 14));
  expect(await burning(memberId, "coins")).toEqual(burnt(30));
});

test("what comes back to a lot that was not read for the next ones burns in its place", async () => {
  const memberId = "given-back";
  await memberWithLots(memberId);
  await hold(memberId, `${memberId}-1`, 95);
  await loyalty.expectStatus(200, "POST", `/v1/members/${memberId}/holds/${memberId}-1/release`);
  await hold(memberId, `${memberId}-2`, 20);
  expect(await burning(memberId)).toEqual(burnt(20));
});

test("points that wait and points that are held are passed over, however many lots they are in", async () => {
  const memberId = "waiting";
  await memberWithLots(memberId);
  await hold(memberId, `${memberId}-1`, 60);
  const occurredAt = loyalty.clock.now().toISOString();
  for (const n of [1, 2, 3, 4, 5]) {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(`${memberId}-${n}`, { memberId, occurredAt }) });
  }
  expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 60, held: 60, pending: 50 });
  await hold(memberId, `${memberId}-2`, 55);
  const waiting = [10, 10, 10, 10, 10];
  expect(await burning(memberId)).toEqual([...burnt(90).slice(0, 9), ...waiting, 0, 0, 5]);
});

test("the clock settles first: what has ended is not spent, whatever was to be read", async () => {
  const memberId = "settled";
  await memberWithLots(memberId);
  loyalty.clock.advance(4 * DAY_MS);
  await hold(memberId, `${memberId}-1`, 35);
  const free = await burning(memberId);
  // Three lots have ended, and of the nine that are left three and a half are held.
  expect(free).toEqual([0, 0, 0, 0, 0, 0, 5, 10, 10, 10, 10, 10]);
});

test("an order paid with points takes them in the same order, also where a quote says how many", async () => {
  const memberId = "paying";
  await memberWithLots(memberId);
  const cart = {
    memberId,
    occurredAt: loyalty.clock.now().toISOString(),
    currency: "GBP",
    lines: [{ line: 1, sku: "A", quantity: 1, unitPrice: 10_000, tax: 0 }],
  };
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { id: `${memberId}-1`, ...cart, payWithPoints: { points: 44 } } });
  expect(await burning(memberId)).toEqual(burnt(44));
  const most = { ...cart, payWithPoints: { points: "most" } };
  const { body } = await loyalty.expectStatus<{ token: string }>(200, "POST", "/v1/quotes", { body: most });
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { id: `${memberId}-2`, ...most, quoteToken: body.token } });
  expect(await burning(memberId)).toEqual(burnt(120));
});

test("a hold is captured and released from its own lots, whatever others there are", async () => {
  const memberId = "captured";
  await memberWithLots(memberId);
  await hold(memberId, `${memberId}-1`, 65);
  await hold(memberId, `${memberId}-2`, 15);
  const path = `/v1/members/${memberId}/holds`;
  await loyalty.expectStatus(200, "POST", `${path}/${memberId}-1/capture`, { body: { points: 42 } });
  expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 63, held: 15, redeemedTotal: 42 });
  expect(await burning(memberId)).toEqual([0, 0, 0, 0, 8, 10, 5, 0, 10, 10, 10, 10]);
  await loyalty.expectStatus(200, "POST", `${path}/${memberId}-2/release`);
  expect(await burning(memberId)).toEqual(burnt(42));
});
