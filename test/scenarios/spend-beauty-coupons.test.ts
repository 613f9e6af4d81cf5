import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openMember, orderInFen, placed, pointsIn } from "../support/orders-in-fen.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Coupon = { code: string; coupon: string; status: string; validFrom: string; validUntil: string | null };

/** The coupons of program B of the domain. */
describe("spend-beauty", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T12:00:00+08:00" });
    await loyalty.createProgram("spend-beauty");
  });
  afterAll(() => loyalty.close());

  const couponsOf = async (memberId: string): Promise<Coupon[]> =>
    (await loyalty.expectStatus<{ data: Coupon[] }>(200, "GET", `/v1/members/${memberId}/coupons`)).body.data;

  test("case 7: a birthday coupon is valid for seven days, on what is left, and the rest of it is lost", async () => {
    for (const memberId of ["large", "small", "late", "regular"]) {
      await openMember(loyalty, memberId, "2026-03-01T12:00:00+08:00", {
        tier: memberId === "regular" ? "regular" : "silver",
        spend: memberId === "regular" ? 0 : 50_000,
      });
      await loyalty.expectStatus(200, "PATCH", `/v1/members/${memberId}`, { body: { birthDate: "1990-06-10" } });
    }
    const givenAt = async (instant: string) => {
      loyalty.clock.set(instant);
      await loyalty.runJobs();
      return (await Promise.all(["large", "small", "late", "regular"].map(couponsOf))).flat();
    };
    expect(await givenAt("2026-06-09T15:59:59Z")).toEqual([]);
    const coupons = await givenAt("2026-06-09T16:00:00Z"); // 10 June begins in Shanghai
    expect(coupons).toHaveLength(3);
    for (const coupon of coupons) {
      expect(coupon).toMatchObject({ coupon: "birthday", validFrom: "2026-06-09T16:00:00.000Z", validUntil: "2026-06-16T16:00:00.000Z" });
    }
    expect(await givenAt("2026-06-10T16:00:00Z")).toEqual(coupons);
    const [large = "", small = "", late = ""] = coupons.map(({ code }) => code);
    const order = (id: string, at: string, price: number, code: string) => ({ ...orderInFen(id, id, at, [price]), coupons: [code] });

    loyalty.clock.set("2026-06-16T15:59:59Z");
    const first = await placed(loyalty, order("large", "2026-06-16T15:59:59Z", 12_000, large));
    expect(first.totals).toEqual({ gross: 12_000, discount: 5000, net: 7000, shipping: 0, payable: 7000 });
    expect([pointsIn(first), first.tier.after]).toEqual([70, "silver"]);
    const second = await placed(loyalty, order("small", "2026-06-16T15:59:59Z", 3000, small));
    expect(second.totals).toEqual({ gross: 3000, discount: 3000, net: 0, shipping: 1000, payable: 1000 });
    expect([pointsIn(second), second.tier.after]).toEqual([0, "silver"]);

    loyalty.clock.set("2026-06-16T16:00:00Z");
    const refused = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: order("late", "2026-06-16T16:00:00Z", 12_000, late) });
    expect(refused.body).toMatchObject({ code: "coupon_not_valid", details: { reason: "expired" }, errors: [{ pointer: "/coupons/0" }] });
    await loyalty.expectStatus(404, "GET", "/v1/orders/late");
    expect(await couponsOf("late")).toMatchObject([{ code: late, status: "expired" }]);
    await expectSoundLedger(loyalty);
  });

  test("case 12: late dispatch gives a coupon of 5 yuan, once for an event and once for an order", async () => {
    loyalty.clock.set("2026-07-01T12:00:00+08:00");
    const late = (id: string, orderId: string) => ({
      id,
      type: "dispatch_late",
      memberId: "served",
      occurredAt: "2026-07-01T12:00:00+08:00",
      data: { orderId },
    });
    const event = late("late-1", "served-0");
    await loyalty.expectStatus(201, "POST", "/v1/events", { body: event });
    const again = await loyalty.expectStatus(200, "POST", "/v1/events", { body: event });
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });

    const [coupon, ...others] = await couponsOf("served");
    expect(others).toEqual([]);

    type Told = { effects: unknown[]; explanation: { rule: string; reason?: unknown }[] };
    const told = await loyalty.expectStatus<Told>(201, "POST", "/v1/events?explain=true", { body: late("late-2", "served-0") });
    expect(told.body.effects).toEqual([]);
    expect(told.body.explanation).toMatchObject([
      { rule: "late", matched: false, reason: { kind: "cap_reached", of: "uses", atMost: 1, used: 1, each: "orderId" } },
    ]);
    expect(await couponsOf("served")).toHaveLength(1);
    const atOnce = ["late-3", "late-4", "late-5"].map((id) => loyalty.request<Told>("POST", "/v1/events", { body: late(id, "served-1") }));
    expect((await Promise.all(atOnce)).map(({ body }) => body.effects.length).sort()).toEqual([0, 0, 1]);
    expect(await couponsOf("served")).toHaveLength(2);
    const without = { ...late("late-6", ""), data: {} };
    expect((await loyalty.expectStatus(422, "POST", "/v1/events", { body: without })).body).toMatchObject({
      code: "event_data_invalid",
      errors: [{ pointer: "/data/orderId", code: "missing" }],
    });

    const order = await placed(loyalty, { ...orderInFen("served-1", "served", event.occurredAt, [400]), coupons: [coupon?.code ?? ""] });
    expect(order.totals).toMatchObject({ discount: 400, net: 0 });
    expect(pointsIn(order)).toBe(0);
    await expectSoundLedger(loyalty);
  });

  test("in their birthday week silver members have a set for 100 points, once a year", async () => {
    const at = "2026-09-01T00:00:00+08:00";
    loyalty.clock.set(at);
    await openMember(loyalty, "born", at, { tier: "silver", spend: 50_000, points: 300 });
    await openMember(loyalty, "plain", at, { tier: "regular", points: 300 });
    for (const memberId of ["born", "plain"]) {
      await loyalty.expectStatus(200, "PATCH", `/v1/members/${memberId}`, { body: { birthDate: "1990-09-10" } });
    }
    const redeem = (memberId: string, id: string) =>
      loyalty.request("POST", `/v1/members/${memberId}/redemptions`, { body: { id, reward: "birthday-set", channel: "online" } });
    const refusedFor = (details: Record<string, unknown>) => ({ status: 409, body: { code: "reward_unavailable", details } });

    loyalty.clock.set("2026-09-06T23:59:59+08:00"); // a Sunday; the birthday is a Thursday
    expect(await redeem("born", "set-1")).toMatchObject(refusedFor({ reason: "not_scheduled", field: "birthday" }));
    loyalty.clock.set("2026-09-07T00:00:00+08:00");
    expect(await redeem("plain", "set-2")).toMatchObject(refusedFor({ reason: "tier_too_low", tier: "silver" }));
    expect(await redeem("born", "set-1")).toMatchObject({ status: 201, body: { redemption: { status: "fulfilled" } } });
    expect(await redeem("born", "set-3")).toMatchObject(refusedFor({ reason: "limit_reached", until: "2026-12-31T16:00:00.000Z" }));

    expect(await pointsOf(loyalty, "born")).toMatchObject({ available: 200, redeemedTotal: 100 });
    expect(await pointsOf(loyalty, "plain")).toMatchObject({ available: 300, redeemedTotal: 0 });
    await expectSoundLedger(loyalty);
  });
});
