import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Given = { coupons: { code: string; validUntil: string | null }[] };
type Redeemed = { redemption: { id: string; status: string; given: Given | null }; code: string | null };

const NOW = "2026-03-01T00:00:00Z";
const reward = (id: string, coupon: string, more: Record<string, unknown> = {}) => ({
  id,
  label: id,
  price: [{ wallet: "points", points: 10 }],
  gives: { kind: "coupon", coupon },
  ...more,
});

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  await loyalty.createProgram({
    ...SHOP,
    rules: [],
    tiers: [{ id: "bronze" }],
    coupons: [
      { id: "five", label: "5 off", validFor: "P7D", gives: [{ kind: "discount_amount", amount: 500 }] },
      { id: "spring", until: "2026-03-08T00:00:00Z" },
    ],
    rewards: [
      reward("five-off", "five", { stock: [{ atMost: 1000 }] }),
      reward("spring", "spring", { fulfilment: "confirm" }),
      reward("confirmed", "five", { fulfilment: "confirm", expiresAfter: "P1D" }),
    ],
  });
});
afterAll(() => loyalty.close());

/** A member with 100 points. */
async function member(id: string): Promise<void> {
  const order = orderBody(`open-${id}`, { memberId: id, unitPrice: 10_000, occurredAt: "2026-02-20T00:00:00Z" });
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: order });
}
const redeem = (memberId: string, id: string, rewardId: string, more: Record<string, unknown> = {}) =>
  loyalty.request<Redeemed>("POST", `/v1/members/${memberId}/redemptions`, { body: { id, reward: rewardId, channel: "online", ...more } });
const cancel = (id: string) => loyalty.request("POST", `/v1/redemptions/${id}/cancel`, { body: { reason: "test" } });
const couponsOf = async (memberId: string) =>
  (await loyalty.expectStatus<{ data: { code: string; status: string }[] }>(200, "GET", `/v1/members/${memberId}/coupons`)).body.data;
const order = (id: string, memberId: string, coupons: string[]) =>
  loyalty.request("POST", "/v1/orders", { body: { ...orderBody(id, { memberId, unitPrice: 2000, occurredAt: NOW }), coupons } });
const codesOf = ({ redemption }: Redeemed): string[] => redemption.given?.coupons.map(({ code }) => code) ?? [];

describe("a reward that gives coupons", () => {
  test("gives one a piece, whose codes are in the answer, in its replay and in the redemption", async () => {
    await member("ada");

    const made = await redeem("ada", "ada-1", "five-off", { quantity: 2 });

    expect(made).toMatchObject({
      status: 201,
      body: {
        redemption: {
          status: "fulfilled",
          gives: { kind: "coupon", coupon: "five" },
          given: { coupons: [{ validFrom: "2026-03-01T00:00:00.000Z", validUntil: "2026-03-08T00:00:00.000Z" }, {}] },
        },
      },
    });
    const codes = codesOf(made.body);
    expect(new Set(codes).size).toBe(2);
    expect(await redeem("ada", "ada-1", "five-off", { quantity: 2 })).toMatchObject({ status: 200, body: made.body });
    expect((await loyalty.request<Redeemed["redemption"]>("GET", "/v1/redemptions/ada-1")).body.given).toEqual(made.body.redemption.given);
    expect(await couponsOf("ada")).toMatchObject(
      [...codes]
        .sort()
        .reverse()
        .map((code) => ({ code, coupon: "five", status: "valid", cause: "redemption", sourceId: "ada-1", reason: null })),
    );
    expect(await order("ada-order", "ada", codes)).toMatchObject({ status: 201, body: { totals: { discount: 1000, net: 1000 } } });
  });

  test("takes them back when it is cancelled, and its points come back", async () => {
    await member("bea");
    const { body } = await redeem("bea", "bea-1", "five-off");

    expect(await cancel("bea-1")).toMatchObject({ status: 200, body: { redemption: { status: "cancelled" } } });

    expect(await couponsOf("bea")).toMatchObject([{ status: "revoked", revokedAt: "2026-03-01T00:00:00.000Z" }]);
    expect(await pointsOf(loyalty, "bea")).toMatchObject({ available: 100, redeemedTotal: 0 });
    expect(await order("bea-order", "bea", codesOf(body))).toMatchObject({
      status: 409,
      body: { code: "coupon_not_valid", details: { reason: "revoked" } },
    });
    expect(await cancel("bea-1")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
  });

  test("cannot be cancelled while an order uses one of them; then all of it can", async () => {
    await member("carl");
    const { body } = await redeem("carl", "carl-1", "five-off", { quantity: 2 });
    const [used = ""] = codesOf(body);
    await order("carl-order", "carl", [used]);

    expect(await cancel("carl-1")).toMatchObject({
      status: 409,
      body: { code: "coupon_already_used", details: { orderId: "carl-order" } },
    });
    expect((await couponsOf("carl")).map(({ status }) => status).sort()).toEqual(["used", "valid"]);
    expect(await pointsOf(loyalty, "carl")).toMatchObject({ redeemedTotal: 20 });

    await loyalty.expectStatus(200, "POST", "/v1/orders/carl-order/cancel", { body: {} });
    expect(await cancel("carl-1")).toMatchObject({ status: 200 });
    expect((await couponsOf("carl")).map(({ status }) => status)).toEqual(["revoked", "revoked"]);
  });

  test("is cancelled or its coupon is used, whichever comes first", async () => {
    await member("dan");
    for (const n of [1, 2, 3, 4]) {
      const { body } = await redeem("dan", `dan-${n}`, "five-off");
      const [ordered, cancelled] = await Promise.all([order(`dan-order-${n}`, "dan", codesOf(body)), cancel(`dan-${n}`)]);
      expect([
        [201, 409],
        [409, 200],
      ]).toContainEqual([ordered.status, cancelled.status]);
    }
  });

  test("gives them when the shop or the store confirms, and takes them back in the very next moment", async () => {
    await member("eve");
    const { body } = await redeem("eve", "eve-1", "confirmed");
    expect([body.redemption.status, body.redemption.given]).toEqual(["issued", null]);
    const [fulfilled, cancelled] = await Promise.all([loyalty.request("POST", "/v1/redemptions/eve-1/fulfil"), cancel("eve-1")]);
    expect(cancelled.status).toBe(200);
    expect([200, 409]).toContain(fulfilled.status);
    expect((await couponsOf("eve")).every(({ status }) => status === "revoked")).toBe(true);

    const stored = (await redeem("eve", "eve-2", "confirmed", { channel: "store" })).body;
    await loyalty.expectStatus(200, "POST", "/v1/redemptions/confirm", { body: { code: stored.code } });
    expect((await couponsOf("eve")).filter(({ status }) => status === "valid")).toHaveLength(1);
  });

  test("is refused for more than a hundred at a time", async () => {
    expect(await redeem("ada", "ada-101", "five-off", { quantity: 101 })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: "/quantity" }] },
    });
  });

  test("is unavailable once all coupons of the kind have ended, also for what waits", async () => {
    await member("fay");
    await redeem("fay", "fay-1", "spring");
    loyalty.clock.set("2026-03-08T00:00:00Z");

    const { body } = await loyalty.expectStatus<{ data: { id: string }[] }>(200, "GET", "/v1/members/fay/rewards");
    expect(body.data.find(({ id }) => id === "spring")).toMatchObject({ redeemable: false, reasons: [{ code: "coupon_over" }] });
    expect(await redeem("fay", "fay-2", "spring")).toMatchObject({ status: 409, body: { details: { reason: "coupon_over" } } });
    expect(await loyalty.request("POST", "/v1/redemptions/fay-1/fulfil")).toMatchObject({
      status: 409,
      body: { code: "reward_unavailable", details: { reason: "coupon_over" } },
    });
    expect(await cancel("fay-1")).toMatchObject({ status: 200 });
    expect(await pointsOf(loyalty, "fay")).toMatchObject({ available: 100 });
  });
});

test("the books prove themselves, and a corruption of them is found", async () => {
  await expectSoundLedger(loyalty);
  const found = async () =>
    (
      await loyalty.expectStatus<{ differences: { check: string; member: string; subject: string }[] }>(200, "GET", "/v1/verification")
    ).body.differences.map(({ check, member: id }) => `${check} ${id}`);
  const corrupt = (sql: string) => loyalty.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);
  const of = (id: string) => `(select member_key from members where id = '${id}')`;
  const used = `order_id = 'ada-order', redeemed_at = issued_at where member_key = ${of("bea")}`;

  await corrupt(`update coupons set source_id = 'other' where member_key = ${of("ada")}`);
  expect(await found()).toEqual(Array(4).fill("redemption_coupons ada"));
  await corrupt(`update coupons set source_id = 'ada-1' where member_key = ${of("ada")}`);
  await corrupt(`update redemptions set quantity = 3 where redemption_id = 'ada-1'`);
  expect(await found()).toEqual(["redemption_coupons ada"]);
  await corrupt(`update redemptions set quantity = 2 where redemption_id = 'ada-1'`);
  await corrupt(`update coupons set revoked_at = null where member_key = ${of("bea")}`);
  expect((await found()).sort()).toEqual(["coupon_revoked bea", "redemption_coupons bea"]);
  await corrupt(`update coupons set revoked_at = now(), ${used}`);
  expect((await found()).sort()).toEqual(["coupon_used bea", "redemption_coupons bea"]);
});
