import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const PROGRAM = {
  ...SHOP,
  id: "givers",
  wallets: [
    {
      id: "points",
      transfers: { fee: { percent: 5 }, min: 10, max: 500, perDay: 600, perMonth: 700, minTier: "silver" },
    },
    { id: "free", transfers: {} },
    { id: "closed" },
    { id: "growth", kind: "status" },
  ],
};

type Lots = { data: { wallet: string; granted: number; remaining: number; expiresAt: string | null; source: { kind: string } }[] };

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T12:00:00Z" });
  const { key } = await loyalty.createProgram(PROGRAM);
  other = await startTestService({ now: "2026-03-10T12:00:00Z", database: loyalty.database });
  other.use(key);
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

const LOTS = [
  { wallet: "points", points: 100, expiresAt: "2026-06-01T00:00:00Z" },
  { wallet: "points", points: 900, expiresAt: "2026-09-01T00:00:00Z" },
  { wallet: "points", points: 300, availableAt: "2026-05-01T00:00:00Z" },
  { wallet: "free", points: 1000 },
  { wallet: "growth", points: 50 },
];

async function open(id: string, change: Record<string, unknown> = {}): Promise<void> {
  const opening = { type: "openingBalance", id: `o-${id}`, memberId: id, occurredAt: "2026-03-01T00:00:00Z", lots: [], ...change };
  const headers = { "content-type": "application/x-ndjson" };
  const { body } = await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(opening)}\n`, headers });
  expect(JSON.stringify(body)).not.toContain("problem");
}
const giver = (id: string) => open(id, { lots: LOTS, tier: { id: "silver", since: "2026-01-01T00:00:00Z" } });
const give = (body: Record<string, unknown>) => loyalty.request<Record<string, unknown>>("POST", "/v1/transfers", { body });
const versionsOf = (...ids: string[]) =>
  loyalty.database.query(
    "select id, version from accounts join members using (program_id, member_key) where id = any($1) and wallet = 1 order by id",
    [ids],
  );

describe("a transfer", () => {
  test("takes what expires first, less the fee, and leaves what was accrued and both tiers", async () => {
    await giver("ann");
    await open("ben");

    const given = await give({ id: "t-1", from: "ann", to: "ben", points: 201, note: "thanks" });

    expect(given).toMatchObject({
      status: 201,
      body: { id: "t-1", wallet: "points", points: 201, fee: 11, arrived: 190, note: "thanks", transferredAt: "2026-03-10T12:00:00.000Z" },
    });
    expect(await pointsOf(loyalty, "ann")).toMatchObject({ available: 799, pending: 300, accruedTotal: 1300, redeemedTotal: 0 });
    expect(await pointsOf(loyalty, "ben")).toMatchObject({ available: 190, accruedTotal: 0 });
    const { body } = await loyalty.expectStatus<Lots>(200, "GET", "/v1/members/ben/lots");
    expect(body.data).toMatchObject([
      { granted: 90, remaining: 90, expiresAt: "2026-09-01T00:00:00.000Z", source: { kind: "transfer", id: "t-1" } },
      { granted: 100, remaining: 100, expiresAt: "2026-06-01T00:00:00.000Z" },
    ]);
    const tiers = await Promise.all(["ann", "ben"].map((id) => loyalty.expectStatus(200, "GET", `/v1/members/${id}`)));
    expect(tiers.map(({ body }) => body)).toMatchObject([{ tier: "silver" }, { tier: "bronze" }]);
    expect((await loyalty.expectStatus(200, "GET", "/v1/transfers/t-1")).body).toEqual(given.body);
    const announced = await loyalty.database.query<{ type: string }>(
      "select type from events where type like 'points.transferred%' order by type",
    );
    expect(announced.map(({ type }) => type)).toEqual(["points.transferred_in", "points.transferred_out"]);
  });

  test("takes effect once", async () => {
    const before = await versionsOf("ann", "ben");
    const again = await give({ id: "t-1", from: "ann", to: "ben", points: 201, note: "thanks" });
    expect(again).toMatchObject({ status: 200, body: { arrived: 190 } });
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(await give({ id: "t-1", from: "ann", to: "ben", points: 202 })).toMatchObject({ status: 409, body: { code: "id_reused" } });
    expect(await versionsOf("ann", "ben")).toEqual(before);
  });

  test("pays first what the receiver owes", async () => {
    const order = { id: "spent", memberId: "deb", occurredAt: "2026-03-02T00:00:00Z", currency: "GBP" };
    await open("deb");
    await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: { ...order, lines: [{ line: 1, sku: "A", quantity: 1, unitPrice: 10000 }] },
    });
    await open("deb-2");
    expect(await give({ id: "t-deb", from: "deb", to: "deb-2", points: 100 })).toMatchObject({ status: 201, body: { arrived: 95 } });
    await loyalty.expectStatus(201, "POST", "/v1/orders/spent/returns", {
      body: { id: "r-spent", occurredAt: "2026-03-09T00:00:00Z", lines: [{ line: 1, quantity: 1 }] },
    });
    expect(await pointsOf(loyalty, "deb")).toMatchObject({ available: 0, debt: 100 });

    await give({ id: "t-back", from: "ann", to: "deb", points: 120 });

    expect(await pointsOf(loyalty, "deb")).toMatchObject({ available: 14, debt: 0 });
  });

  test("is refused with its reason, and changes nothing", async () => {
    await giver("cat");
    await open("low", { lots: LOTS });
    await open("gone");
    await loyalty.expectStatus(200, "PATCH", "/v1/members/gone", { body: { status: "suspended" } });
    await give({ id: "c-0", from: "cat", to: "ben", points: 400 });
    const before = await versionsOf("cat", "ben", "low", "gone");
    const asked = (change: Record<string, unknown>) => give({ id: "c-1", from: "cat", to: "ben", points: 50, ...change });
    const notAllowed = (reason: string, details: Record<string, unknown> = {}) => ({
      status: 409,
      body: { code: "transfer_not_allowed", details: { reason, ...details } },
    });

    expect(await asked({ points: 9 })).toMatchObject(notAllowed("below_min", { min: 10 }));
    expect(await asked({ points: 501 })).toMatchObject(notAllowed("above_max", { max: 500 }));
    expect(await asked({ points: 201 })).toMatchObject(notAllowed("day_limit", { perDay: 600, sent: 400 }));
    expect(await asked({ from: "low" })).toMatchObject(notAllowed("tier_too_low", { tier: "bronze", minTier: "silver" }));
    expect(await asked({ wallet: "closed" })).toMatchObject(notAllowed("not_offered"));
    expect(await asked({ wallet: "growth" })).toMatchObject({ status: 409, body: { code: "wallet_not_spendable" } });
    expect(await asked({ wallet: "none" })).toMatchObject({ status: 422, body: { errors: [{ pointer: "/wallet" }] } });
    expect(await asked({ to: "cat" })).toMatchObject({ status: 422, body: { errors: [{ pointer: "/to" }] } });
    expect(await asked({ to: "gone" })).toMatchObject({ status: 409, body: { code: "member_not_active", details: { memberId: "gone" } } });
    expect(await asked({ to: "nobody" })).toMatchObject({ status: 404, body: { details: { memberId: "nobody" } } });
    expect(await asked({ from: "nobody" })).toMatchObject({ status: 404, body: { details: { memberId: "nobody" } } });
    expect(await asked({ wallet: "free", points: 1001 })).toMatchObject({ status: 409, body: { code: "insufficient_points" } });
    expect(await versionsOf("cat", "ben", "low", "gone")).toEqual(before);
  });

  test("counts in the local month when the day is over", async () => {
    const month = { points: 301, id: "c-2", from: "cat", to: "ben" };
    loyalty.clock.set("2026-03-11T12:00:00Z");
    expect(await give(month)).toMatchObject({ status: 409, body: { details: { reason: "month_limit", sent: 400, perMonth: 700 } } });
    loyalty.clock.set("2026-03-31T23:30:00Z"); // 1 April in London
    expect(await give(month)).toMatchObject({ status: 201 });
    await expectSoundLedger(loyalty);
  });
});

describe("at once, through two services", () => {
  test("A to B and B to A: no deadlock reaches a client, and no point is lost", async () => {
    const ids = ["p", "q", "r"];
    for (const id of ids) await open(id, { lots: [{ wallet: "free", points: 100 }] });
    const at = (n: number) => ids[n % ids.length] as string;

    const answers = await Promise.all(
      Array.from({ length: 120 }, (_, n) =>
        (n % 2 === 0 ? loyalty : other).request("POST", "/v1/transfers", {
          body: { id: `x-${n}`, from: at(n), to: at(n + 1 + (n % 2)), wallet: "free", points: 1 + (n % 7) },
        }),
      ),
    );

    expect([...new Set(answers.map(({ status }) => status))]).toEqual([201]);
    const balances = await loyalty.database.query<{ available: string }>(
      "select sum(available)::text as available from accounts join members using (program_id, member_key) where id = any($1) and wallet = 2",
      [ids],
    );
    expect(balances).toEqual([{ available: "300" }]);
    await expectSoundLedger(loyalty);
  });
});
