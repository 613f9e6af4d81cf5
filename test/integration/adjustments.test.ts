import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";

const DAY = 86_400_000;

type Entry = {
  kind: string;
  from: string;
  to: string;
  points: number;
  lotUses: { lot: string; points: number }[];
  reason?: string;
  actor?: string;
};

/** What an entry says, without what differs from run to run. */
const said = ({ kind, from, to, points, reason, actor }: Entry) => ({ kind, from, to, points, reason, actor });

describe("POST /v1/members/{memberId}/adjustments", () => {
  let loyalty: TestService;
  let keyId: string;
  let n = 0;
  let member: string;

  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram({
      ...SHOP,
      wallets: [
        { id: "points", expiry: "P60D" },
        { id: "growth", kind: "status" },
      ],
      adjustments: { maxPoints: 500, maxPointsPerDay: 1200 },
    });
    const { body } = await loyalty.expectStatus<{ data: { id: string }[] }>(200, "GET", "/v1/keys");
    keyId = body.data[0]?.id ?? "";
  });
  afterAll(() => loyalty.close());

  beforeEach(async () => {
    loyalty.clock.advance(DAY);
    n += 1;
    member = `member-${n}`;
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: member } });
  });

  const adjust = (status: number, body: Record<string, unknown>) =>
    loyalty.expectStatus<Record<string, unknown>>(status, "POST", `/v1/members/${member}/adjustments`, {
      body: { id: `adj-${n}`, reason: "lost parcel", ...body },
    });
  const entries = async () => (await loyalty.expectStatus<{ data: Entry[] }>(200, "GET", `/v1/members/${member}/entries`)).body.data;

  test("gives points as a lot of their own, which is no accrual; sent again it is a replay", async () => {
    const first = await adjust(201, { points: 70, actor: "agent-7" });
    const again = await adjust(200, { points: 70, actor: "agent-7" });

    expect(first.body).toMatchObject({ wallet: "points", points: 70, debt: 0, actor: "agent-7", keyId });
    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(await pointsOf(loyalty, member)).toEqual({ available: 70, pending: 0, held: 0, debt: 0, accruedTotal: 0, redeemedTotal: 0 });
    expect((await entries()).map(said)).toEqual([
      { kind: "adjustment", from: "adjusted", to: "available", points: 70, reason: "lost parcel", actor: "agent-7" },
    ]);
    await adjust(409, { points: 71, actor: "agent-7" });
  });

  test("given points expire as the wallet says, or when the request says", async () => {
    await adjust(201, { id: `a-${n}`, points: 70 });
    await adjust(201, { id: `b-${n}`, points: 30, expiresAt: new Date(loyalty.clock.now().getTime() + 1000).toISOString() });

    loyalty.clock.advance(1000);
    expect((await pointsOf(loyalty, member)).available).toBe(70);
    loyalty.clock.advance(61 * DAY);
    expect((await pointsOf(loyalty, member)).available).toBe(0);
  });

  test("takes points from the lots that expire first, and shows which", async () => {
    const at = loyalty.clock.now().toISOString();
    await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: orderBody(`o-${n}`, { memberId: member, occurredAt: at, unitPrice: 5000 }),
    });
    await adjust(201, { id: `soon-${n}`, points: 30, expiresAt: new Date(loyalty.clock.now().getTime() + 1000).toISOString() });

    await adjust(201, { points: -40 });

    const [taken, soon, earned] = await entries();
    expect(taken && said(taken)).toMatchObject({ kind: "adjustment", from: "available", to: "adjusted", points: 40, actor: keyId });
    const { body } = await loyalty.expectStatus<{ data: { id: string; granted: number }[] }>(
      200,
      "GET",
      `/v1/members/${member}/lots?all=true`,
    );
    const [lotSoon, lotEarned] = body.data;
    expect([lotSoon?.granted, lotEarned?.granted]).toEqual([soon?.points, earned?.points]);
    expect(taken?.lotUses).toEqual([
      { lot: lotSoon?.id, points: 30 },
      { lot: lotEarned?.id, points: 10 },
    ]);
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 40, accruedTotal: 50, redeemedTotal: 0 });
  });

  test("takes no more than is there, unless a debt is asked for, which later points pay first", async () => {
    await adjust(201, { id: `give-${n}`, points: 20 });

    const { body } = await adjust(409, { points: -50 });
    expect(body).toMatchObject({ code: "insufficient_points", details: { requested: 50, spendable: 20, missing: 30 } });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 20, debt: 0 });

    expect((await adjust(201, { points: -50, shortfall: "debt" })).body).toMatchObject({ points: -50, debt: 30 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 0, debt: 30 });

    await adjust(201, { id: `pay-${n}`, points: 100 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 70, debt: 0 });
  });

  test("status points can be corrected too", async () => {
    await adjust(201, { id: `up-${n}`, wallet: "growth", points: 10 });

    const { body } = await adjust(201, { wallet: "growth", points: -4 });

    expect(body).toMatchObject({ balance: { wallets: { growth: { available: 6 } } } });
  });

  test("keeps to the program's limits, of one adjustment and of one key on one local day", async () => {
    const tooMany = await adjust(409, { points: 501 });
    expect(tooMany.body).toMatchObject({
      code: "adjustment_limit_exceeded",
      details: { limit: "maxPoints", atMost: 500, left: 500, requested: 501 },
    });

    await adjust(201, { id: `1-${n}`, points: 500 });
    await adjust(201, { id: `2-${n}`, points: -400 });
    const { body } = await adjust(409, { id: `3-${n}`, points: 301 });
    expect(body).toMatchObject({ code: "adjustment_limit_exceeded", details: { limit: "maxPointsPerDay", atMost: 1200, left: 300 } });
    await adjust(201, { id: `3-${n}`, points: 300 });
    await adjust(409, { id: `4-${n}`, points: 1 });
    const other = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", {
      body: { name: "other", scopes: ["points:write"] },
    });
    const ofOther = { body: { id: `4-${n}`, points: 1, reason: "lost parcel" }, key: other.body.key };
    await loyalty.expectStatus(201, "POST", `/v1/members/${member}/adjustments`, ofOther);

    loyalty.clock.advance(DAY);
    await adjust(201, { id: `5-${n}`, points: 500 });
  });

  test("refuses what makes no sense, and changes nothing", async () => {
    for (const [body, pointer] of [
      [{ points: 0 }, "/points"],
      [{ points: 1, wallet: "miles" }, "/wallet"],
      [{ points: 1, expiresAt: "2026-01-01T00:00:00Z" }, "/expiresAt"],
      [{ points: -1, expiresAt: "2027-01-01T00:00:00Z" }, "/expiresAt"],
      [{ points: 1, reason: "" }, "/reason"],
    ] as const) {
      expect((await adjust(422, body)).body).toMatchObject({ code: "request_invalid", errors: [{ pointer }] });
    }
    expect(await entries()).toEqual([]);
  });

  test("the ledger proves what was adjusted", async () => {
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/verification");

    expect(body).toMatchObject({ differences: [], differenceCount: 0 });
  });
});
