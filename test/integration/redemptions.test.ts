import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Redeemed = {
  redemption: { id: string; status: string; expiresAt: string | null; givenBack: unknown[]; given: unknown };
  code: string | null;
  balance: { wallets: { points: { available: number } } };
  details: Record<string, unknown>;
};

const points = (amount: number) => [{ wallet: "points", points: amount }];
const REWARDS = [
  { id: "bag", label: "Bag", price: points(50), gives: { kind: "product", sku: "BAG" }, fulfilment: "confirm", expiresAfter: "P7D" },
  { id: "few", label: "Few", price: points(1), gives: { kind: "product", sku: "FEW" }, stock: [{ atMost: 5 }] },
  {
    id: "monthly",
    label: "Monthly",
    price: points(1),
    gives: { kind: "custom", data: { colour: "red" } },
    limits: [{ atMost: 2, per: "month" }],
  },
  {
    id: "both",
    label: "Both",
    price: [...points(30), { wallet: "coins", points: 5 }],
    gives: { kind: "product", sku: "BOTH" },
    fulfilment: "confirm",
  },
  { id: "returns", label: "Returns", price: points(10), gives: { kind: "entitlement", entitlement: "free_returns", for: "P30D" } },
  { id: "step", label: "Step", price: points(10), gives: { kind: "tier_upgrade", for: "P3M" } },
  { id: "final", label: "Final", price: points(1), gives: { kind: "product", sku: "F" }, fulfilment: "confirm", cancellation: "refused" },
];
const PROGRAM = {
  ...SHOP,
  wallets: [{ id: "points", expiry: "P60D" }, { id: "coins" }],
  tiers: [{ id: "bronze" }, { id: "silver", benefits: { entitlements: { fast: true } } }],
  rules: [],
  rewards: REWARDS,
};

let loyalty: TestService;
let tillKey: string;
/** A member with lots of 60 and 40 points, of which the second expires first, and 10 coins. */
async function member(id: string): Promise<void> {
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
  const lots = [
    { wallet: "points", points: 60, expiresAt: "2026-06-01T00:00:00Z" },
    { wallet: "points", points: 40, expiresAt: "2026-05-01T00:00:00Z" },
    { wallet: "coins", points: 10 },
  ];
  const line = { type: "openingBalance", id: `open-${id}`, memberId: id, occurredAt: "2026-02-20T00:00:00Z", lots };
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(line)}\n`, headers });
}
const redeem = (memberId: string, id: string, reward: string, more: Record<string, unknown> = {}) =>
  loyalty.request<Redeemed>("POST", `/v1/members/${memberId}/redemptions`, { body: { id, reward, channel: "online", ...more } });
const confirm = (code: string | null, headers: Record<string, string> = {}, key = tillKey) =>
  loyalty.request("POST", "/v1/redemptions/confirm", { body: { code, store: "s-1" }, headers, key });
const cancel = (id: string, reason = "changed their mind") =>
  loyalty.request<Redeemed>("POST", `/v1/redemptions/${id}/cancel`, { body: { reason } });
const lotsOf = async (memberId: string) => {
  const { body } = await loyalty.expectStatus<{ data: { wallet: string; remaining: number }[] }>(
    200,
    "GET",
    `/v1/members/${memberId}/lots`,
  );
  return body.data.filter(({ wallet }) => wallet === "points").map(({ remaining }) => remaining);
};

beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram(PROGRAM);
  const till = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", {
    body: { name: "till", scopes: ["rewards:confirm"] },
  });
  tillKey = till.body.key;
});
afterAll(() => loyalty.close());

describe("online", () => {
  test("takes the points that expire first, waits for the shop, and is fulfilled once", async () => {
    await member("ada");

    const made = await redeem("ada", "r-1", "bag");

    expect(made).toMatchObject({
      status: 201,
      body: {
        code: null,
        redemption: { status: "issued", expiresAt: "2026-03-08T00:00:00.000Z" },
        balance: { wallets: { points: { available: 50 } } },
      },
    });
    expect(await lotsOf("ada")).toEqual([50]);
    expect(await redeem("ada", "r-1", "bag")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" }, body: made.body });
    expect(await redeem("ada", "r-1", "few")).toMatchObject({ status: 409, body: { code: "id_reused" } });
    const fulfilled = await loyalty.expectStatus<Redeemed>(200, "POST", "/v1/redemptions/r-1/fulfil");
    expect(fulfilled.body).toMatchObject({ redemption: { status: "fulfilled" } });
    expect(await loyalty.request("POST", "/v1/redemptions/r-1/fulfil")).toMatchObject({ headers: { "idempotent-replayed": "true" } });
    expect(await cancel("r-1")).toMatchObject({ status: 409, body: { code: "redemption_not_open", details: { status: "fulfilled" } } });
    expect(await pointsOf(loyalty, "ada")).toMatchObject({ available: 50 });
  });

  test("a cancelled one gives back to the very lots, with stock and limits", async () => {
    await member("bea");
    await redeem("bea", "r-b", "both");
    expect(await pointsOf(loyalty, "bea")).toMatchObject({ available: 70, redeemedTotal: 30 });

    expect(await cancel("r-b")).toMatchObject({
      status: 200,
      body: {
        redemption: {
          status: "cancelled",
          reason: "changed their mind",
          givenBack: [{ wallet: "points", points: 30, expired: 0 }, { points: 5 }],
        },
        balance: { wallets: { points: { available: 100, redeemedTotal: 0 }, coins: { available: 10 } } },
      },
    });

    expect(await lotsOf("bea")).toEqual([40, 60]);
    expect(await cancel("r-b")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
    expect(await loyalty.request("POST", "/v1/redemptions/r-b/fulfil")).toMatchObject({
      status: 409,
      body: { code: "redemption_not_open" },
    });
  });

  test("all wallets of a price or none", async () => {
    await member("carl");
    await redeem("carl", "r-c1", "both");
    await redeem("carl", "r-c2", "both");

    expect(await redeem("carl", "r-c3", "both")).toMatchObject({
      status: 409,
      body: { code: "insufficient_points", details: { wallet: "coins", missing: 5 } },
    });

    expect(await pointsOf(loyalty, "carl")).toMatchObject({ available: 40 });
    expect(await loyalty.request("GET", "/v1/redemptions/r-c3")).toMatchObject({ status: 404, body: { code: "redemption_not_found" } });
  });

  test("a limit of the month counts pieces, and a cancelled one frees it", async () => {
    await member("dan");
    expect(await redeem("dan", "r-d1", "monthly", { quantity: 2 })).toMatchObject({
      status: 201,
      body: { redemption: { status: "fulfilled" } },
    });

    expect(await redeem("dan", "r-d2", "monthly")).toMatchObject({
      status: 409,
      body: { code: "reward_unavailable", details: { reason: "limit_reached", left: 0, until: "2026-03-31T23:00:00.000Z" } },
    });
    const { body } = await loyalty.expectStatus<{ data: { id: string }[] }>(200, "GET", "/v1/members/dan/rewards");
    expect(body.data.find(({ id }) => id === "monthly")).toMatchObject({
      redeemable: false,
      reasons: [{ code: "limit_reached", atMost: 2, per: "month" }],
    });
    expect(body.data.find(({ id }) => id === "bag")).toMatchObject({ redeemable: true, reasons: [] });
  });

  test("a privilege holds for its time, and ends when it is cancelled", async () => {
    await member("eve");
    const entitlements = async () =>
      (await loyalty.expectStatus<{ entitlements: unknown[] }>(200, "GET", "/v1/members/eve/entitlements")).body.entitlements;
    await redeem("eve", "r-e1", "step");
    await redeem("eve", "r-e2", "returns");

    expect(await entitlements()).toEqual([
      { entitlement: "fast", value: true, source: { kind: "tier", id: "silver" }, until: null },
      { entitlement: "free_returns", value: true, source: { kind: "redemption", id: "r-e2" }, until: "2026-03-30T23:00:00.000Z" },
    ]);
    expect(await cancel("r-e2")).toMatchObject({ status: 200, body: { redemption: { status: "cancelled" } } });
    expect(await entitlements()).toHaveLength(1);
    expect(await cancel("r-e1")).toMatchObject({ status: 409, body: { code: "redemption_not_open" } });
    expect(await redeem("eve", "r-e3", "step")).toMatchObject({ status: 409, body: { details: { reason: "top_reached" } } });
    const tier = await loyalty.expectStatus(200, "GET", "/v1/members/eve/tier");
    expect(tier.body).toMatchObject({
      tier: "silver",
      retention: { state: "granted", nextReviewAt: "2026-05-31T23:00:00.000Z" },
      history: [{ cause: "reward", sourceId: "r-e1", reason: "step" }, {}],
    });
  });

  test("a reward that says so is not cancelled, and what there is not is refused", async () => {
    await member("fay");
    await redeem("fay", "r-f1", "final");
    expect(await cancel("r-f1")).toMatchObject({ status: 409, body: { code: "redemption_not_cancellable" } });
    expect(await redeem("fay", "r-f2", "nothing")).toMatchObject({
      status: 422,
      body: { code: "request_invalid", errors: [{ pointer: "/reward" }] },
    });
    expect(await redeem("fay", "r-f3", "step", { quantity: 2 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/quantity" }] },
    });
    expect(await redeem("nobody", "r-f4", "few")).toMatchObject({ status: 404, body: { code: "member_not_found" } });
    expect(await pointsOf(loyalty, "fay")).toMatchObject({ available: 99 });
  });
});

describe("in the store", () => {
  test("a code is good once; the till hears nothing of the member and may do nothing else", async () => {
    await member("gil");
    const { body } = await redeem("gil", "r-g1", "few", { channel: "store" });
    expect(body).toMatchObject({
      redemption: { status: "issued", expiresAt: "2026-03-01T00:15:00.000Z" },
      code: expect.stringMatching(/^(?:[0-9A-HJKMNP-TV-Z]{4}-){2}[0-9A-HJKMNP-TV-Z]{4}$/),
    });
    expect((await redeem("gil", "r-g1", "few", { channel: "store" })).body.code).toBe(body.code);
    const kept = await loyalty.database.query<{ row: string }>(
      "select redemptions::text as row from redemptions where redemption_id = 'r-g1'",
    );
    expect(kept[0]?.row).not.toContain(body.code?.replaceAll("-", ""));

    const typed = body.code?.toLowerCase().replaceAll("-", " ") ?? "";
    const first = await confirm(typed, { "idempotency-key": "till-1" });
    expect(first).toMatchObject({
      status: 200,
      body: { redemptionId: "r-g1", reward: "few", quantity: 1, store: "s-1", gives: { sku: "FEW" } },
    });
    expect(JSON.stringify(first.body)).not.toContain("gil");
    expect(await confirm(typed, { "idempotency-key": "till-1" })).toMatchObject({
      status: 200,
      headers: { "idempotent-replayed": "true" },
      body: first.body,
    });
    expect(await confirm(body.code)).toMatchObject({ status: 409, body: { code: "code_used" } });
    expect(await loyalty.request("GET", "/v1/redemptions/r-g1", { key: tillKey })).toMatchObject({ status: 403 });
    expect(
      await loyalty.request("POST", "/v1/redemptions/confirm", { key: tillKey, body: { code: body.code?.replace(/.$/, "*") } }),
    ).toMatchObject({ status: 422, body: { errors: [{ pointer: "/code" }] } });
  });

  test("two stores at once, and a store against a cancellation: one wins", async () => {
    await member("hal");
    const [one, other] = [
      (await redeem("hal", "r-h1", "bag", { channel: "store" })).body.code,
      (await redeem("hal", "r-h2", "bag", { channel: "store" })).body.code,
    ];

    const stores = await Promise.all([confirm(one), confirm(one)]);
    const against = await Promise.all([confirm(other), cancel("r-h2")]);

    expect(stores.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(against.map(({ status }) => status).sort()).toEqual([200, 409]);
  });

  test("a code that is too late is refused, its points come back, and a late job changes nothing", async () => {
    await member("ida");
    const { code } = (await redeem("ida", "r-i1", "few", { channel: "store" })).body;
    const used = (await redeem("ida", "r-i2", "few", { channel: "store" })).body.code;
    await confirm(used);
    loyalty.clock.advance(15 * 60_000);

    expect(await confirm(code)).toMatchObject({ status: 409, body: { code: "code_expired" } });
    expect(await loyalty.request("POST", "/v1/redemptions/r-i1/fulfil")).toMatchObject({
      status: 409,
      body: { details: { status: "expired" } },
    });
    expect(await pointsOf(loyalty, "ida")).toMatchObject({ available: 98 });
    expect((await loyalty.runJobs())["redemption-ends"]).toBe(1);
    expect((await loyalty.runJobs())["redemption-ends"]).toBe(0);

    expect(await pointsOf(loyalty, "ida")).toMatchObject({ available: 99 });
    expect(await confirm(code)).toMatchObject({ status: 409, body: { code: "code_expired" } });
    const { body } = await loyalty.expectStatus<{ data: { id: string }[] }>(200, "GET", "/v1/redemptions?reward=few&status=expired");
    expect(body.data.map(({ id }) => id)).toEqual(["r-i1"]);
    const mine = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/ida/redemptions?limit=1");
    expect(mine.body).toMatchObject({ data: [{ id: "r-i2" }], nextCursor: expect.any(String) });
    const next = await loyalty.expectStatus<{ data: unknown[] }>(
      200,
      "GET",
      `/v1/members/ida/redemptions?limit=1&cursor=${(mine.body as unknown as { nextCursor: string }).nextCursor}`,
    );
    expect(next.body).toMatchObject({ data: [{ id: "r-i1" }], nextCursor: null });
  });

  test("who guesses waits; another key does not", async () => {
    const { body } = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", {
      body: { name: "thief", scopes: ["rewards:confirm"] },
    });
    for (let n = 0; n < 10; n += 1)
      expect(await confirm("2222-2222-2222", {}, body.key)).toMatchObject({ status: 404, body: { code: "code_unknown" } });

    const eleventh = await confirm("2222-2222-2222", {}, body.key);

    expect(eleventh).toMatchObject({ status: 429, body: { code: "rate_limited" }, headers: { "retry-after": "60" } });
    expect(await confirm("2222-2222-2222")).toMatchObject({ status: 404 });
    loyalty.clock.advance(60_000);
    expect(await confirm("2222-2222-2222", {}, body.key)).toMatchObject({ status: 404 });
  });
});

test("the stock left is shown, is topped up by a new version, and the ledger is sound", async () => {
  const stock = async () => (await loyalty.expectStatus<{ stock: unknown[]; state: string }>(200, "GET", "/v1/rewards/few")).body;
  expect(await stock()).toMatchObject({ state: "available", stock: [{ atMost: 5, given: 2, left: 3 }] });
  await member("jo");
  expect(await redeem("jo", "r-j1", "few", { quantity: 4 })).toMatchObject({
    status: 409,
    body: { details: { reason: "out_of_stock", left: 3 } },
  });
  await redeem("jo", "r-j2", "few", { quantity: 3 });
  expect(await stock()).toMatchObject({ state: "out_of_stock", stock: [{ given: 5, left: 0 }] });

  await loyalty.expectStatus(200, "PUT", "/v1/program", {
    body: { ...PROGRAM, rewards: REWARDS.map((reward) => (reward.id === "few" ? { ...reward, stock: [{ atMost: 8 }] } : reward)) },
  });

  expect(await stock()).toMatchObject({ state: "available", stock: [{ atMost: 8, given: 5, left: 3 }] });
  await expectSoundLedger(loyalty);
});
