import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type CartCoupon = { code: string; valid: boolean; coupon?: string; reason?: string; missing?: number };
type Decided = {
  totals: { gross: number; discount: number; net: number; shipping: number };
  discounts: { rule: string; amount: number; coupon?: string }[];
  coupons?: CartCoupon[];
  quoteToken: string;
};

const NOW = "2026-03-10T00:00:00Z";
const amount = (value: number) => ({ kind: "discount_amount", amount: value });

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  await loyalty.createProgram({
    ...SHOP,
    ordersCount: "completed",
    rules: [],
    coupons: [
      { id: "five", label: "5 off", validFor: "P7D", gives: [amount(500)] },
      { id: "alone", gives: [amount(100)], stackable: false },
      { id: "tenth", gives: [{ kind: "discount_percent", percent: 10, atMost: 300 }], minimum: 2000, onReturn: "keep" },
      { id: "books", gives: [amount(100)], lines: 'line.category == "books"' },
      { id: "gold", gives: [amount(100)], tiers: ["silver"] },
      { id: "ship", gives: [{ kind: "free_shipping" }] },
      { id: "later", from: "2026-04-01T00:00:00Z", gives: [amount(100)] },
      { id: "told" },
    ],
  });
});
afterAll(() => loyalty.close());

let given = 0;
const give = async (memberId: string, coupon: string): Promise<string> => {
  given += 1;
  const { body } = await loyalty.expectStatus<{ code: string }>(201, "POST", `/v1/members/${memberId}/coupons`, {
    body: { coupon, reason: "test" },
    headers: { "idempotency-key": `give-${given}` },
  });
  return body.code;
};
const enrol = (id: string) => loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
const cart = (memberId: string, unitPrice: number, coupons: string[], more: Record<string, unknown> = {}) => {
  const { id: _quoteHasNone, ...body } = orderBody("none", { memberId, unitPrice, quantity: 1, occurredAt: NOW });
  return { ...body, shipping: 700, coupons, ...more };
};
const quote = async (body: Record<string, unknown>): Promise<Decided> =>
  (await loyalty.expectStatus<Decided>(200, "POST", "/v1/quotes", { body })).body;
const place = async (status: number, body: Record<string, unknown>): Promise<Decided> =>
  (await loyalty.expectStatus<Decided>(status, "POST", "/v1/orders", { body })).body;
const couponsOf = async (memberId: string) =>
  (
    await loyalty.expectStatus<{ data: { code: string; status: string; redeemed?: { orderId: string } }[] }>(
      200,
      "GET",
      `/v1/members/${memberId}/coupons`,
    )
  ).body.data;

describe("coupons of a cart", () => {
  test("are used in their order, each on what is left, and what they are worth beyond that is lost", async () => {
    await enrol("order");
    const [tenth, five, again, ship] = [
      await give("order", "tenth"),
      await give("order", "five"),
      await give("order", "five"),
      await give("order", "ship"),
    ];

    const { totals, discounts, coupons } = await quote(cart("order", 1100, [five, again, five.toLowerCase(), tenth, ship]));
    expect(totals).toMatchObject({ gross: 1100, discount: 1000, net: 100, shipping: 0 });
    expect(discounts.map(({ rule, amount, coupon }) => [rule, amount, coupon])).toEqual([
      ["coupon:five", 500, five],
      ["coupon:five", 500, again],
    ]);
    expect(coupons?.map(({ valid, reason, missing }) => [valid, reason, missing])).toEqual([
      [true, undefined, undefined],
      [true, undefined, undefined],
      [false, "repeated", undefined],
      [false, "minimum", 1900],
      [true, undefined, undefined],
    ]);

    const rest = await quote(cart("order", 700, [five, again]));
    expect(rest.discounts.map(({ amount }) => amount)).toEqual([500, 200]);
    expect((await quote(cart("order", 4000, [tenth]))).totals.discount).toBe(300); // 10 %, capped
  });

  test("say why they are not valid; an order with one is refused, and nothing is written", async () => {
    await enrol("why");
    await enrol("other");
    const of = (coupon: string) => give("why", coupon);
    const foreign = await give("other", "five");
    const cases: [code: string, reason: string][] = [
      ["NO_SUCH_CODE", "mistyped"],
      ["NO-SUCH-CODE", "unknown"],
      [`${foreign.slice(0, -1)}${foreign.endsWith("2") ? "3" : "2"}`, "mistyped"],
      [foreign, "unknown"],
      [await of("told"), "not_usable"],
      [await of("later"), "not_started"],
      [await of("gold"), "tier"],
      [await of("books"), "nothing_in_scope"],
      [await of("tenth"), "minimum"],
    ];
    for (const [code, reason] of cases) {
      const body = cart("why", 1000, [code]);
      const quoted = await quote(body);
      expect(quoted.coupons, reason).toMatchObject([{ valid: false, reason }]);
      expect(quoted.totals.discount, reason).toBe(0);
      expect(await place(409, { ...body, id: `why-${reason}` }), reason).toMatchObject({
        code: "coupon_not_valid",
        details: { reason },
        errors: [{ pointer: "/coupons/0", code: reason }],
      });
      await loyalty.expectStatus(404, "GET", `/v1/orders/why-${reason}`);
    }
    const [alone, five] = [await of("alone"), await of("five")];
    expect((await quote(cart("why", 1000, [five, alone]))).coupons).toMatchObject([{ valid: true }, { reason: "not_stackable" }]);
    expect((await quote(cart("why", 1000, [alone, five]))).coupons).toMatchObject([{ valid: true }, { reason: "not_stackable" }]);
    expect((await quote(cart("why", 500, [five, alone]))).coupons).toMatchObject([{ valid: true }, { reason: "not_stackable" }]);
    const paid = { pricing: "asPaid", lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 1000, paid: 900 }] };
    expect((await quote(cart("why", 1000, [five], paid))).coupons).toMatchObject([{ reason: "pricing_as_paid" }]);
    expect((await quote(cart("why", 1000, [five], { occurredAt: "2026-03-09T23:59:59Z" }))).coupons).toMatchObject([
      { reason: "not_started" },
    ]);
    expect(new Set((await couponsOf("why")).map(({ status }) => status))).toEqual(new Set(["valid", "not_started"]));
  });

  test("are used once: by one of many orders, which its replay does not change", async () => {
    await enrol("once");
    const code = await give("once", "five");
    const bodies = Array.from({ length: 8 }, (_, index) => ({ ...cart("once", 2000, [code]), id: `once-${index}` }));
    const answers = await Promise.all(bodies.map((body) => loyalty.request("POST", "/v1/orders", { body })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409, 409, 409]);
    expect(answers.filter(({ status }) => status === 409).map(({ body }) => body)).toMatchObject(
      Array(7).fill({ code: "coupon_not_valid", details: { reason: "used" } }),
    );

    const winner = answers.findIndex(({ status }) => status === 201);
    expect(await place(200, bodies[winner] ?? {})).toEqual(answers[winner]?.body);
    expect(await couponsOf("once")).toMatchObject([
      { code, status: "used", redeemed: { orderId: `once-${winner}`, at: "2026-03-10T00:00:00.000Z" } },
    ]);
    const { rules } = (
      await loyalty.expectStatus<{ rules: { rule: string; matched: boolean }[] }>(200, "GET", `/v1/orders/once-${winner}/explanation`)
    ).body;
    expect(rules.find(({ rule }) => rule === "coupon:five")).toMatchObject({
      matched: true,
      gave: [{ kind: "discount_amount", amount: 500 }],
    });
  });

  test("come back when the order is cancelled or returned whole, but for those that stay used", async () => {
    await enrol("back");
    const [five, tenth] = [await give("back", "five"), await give("back", "tenth")];
    await place(201, { ...cart("back", 4000, [five, tenth]), id: "back-1" });
    await loyalty.expectStatus(200, "POST", "/v1/orders/back-1/cancel", { body: {} });
    const byCode = async () => new Map((await couponsOf("back")).map(({ code, status }) => [code, status]));
    expect([(await byCode()).get(five), (await byCode()).get(tenth)]).toEqual(["valid", "used"]);

    await place(201, { ...cart("back", 4000, [five]), id: "back-2", lines: [{ line: 1, sku: "a", quantity: 2, unitPrice: 2000 }] });
    const back = (id: string) =>
      loyalty.expectStatus(201, "POST", "/v1/orders/back-2/returns", { body: { id, occurredAt: NOW, lines: [{ line: 1, quantity: 1 }] } });
    expect((await back("r-1")).body).toMatchObject({ returnedNet: 1750 });
    expect((await byCode()).get(five)).toBe("used");
    await back("r-2");
    expect((await byCode()).get(five)).toBe("valid");
    const announced = await loyalty.database.query<{ type: string }>(
      "select type from events where data ->> 'code' = $1 order by version, n",
      [five],
    );
    expect(announced.map(({ type }) => type)).toEqual([
      "coupon.granted",
      "coupon.redeemed",
      "coupon.released",
      "coupon.redeemed",
      "coupon.released",
    ]);
  });

  test("move with a revision: what the new cart does not name is free again", async () => {
    await enrol("revise");
    const [one, two] = [await give("revise", "five"), await give("revise", "five")];
    await place(201, { ...cart("revise", 2000, [one]), id: "revise-1" });
    await loyalty.expectStatus(200, "PATCH", "/v1/orders/revise-1", { body: cart("revise", 2000, [two, one]) });
    await loyalty.expectStatus(200, "PATCH", "/v1/orders/revise-1", { body: cart("revise", 2000, [two]) });
    const byCode = new Map((await couponsOf("revise")).map(({ code, status }) => [code, status]));
    expect([byCode.get(one), byCode.get(two)]).toEqual(["valid", "used"]);
  });

  test("a quote's token keeps a coupon's time, but not the coupon", async () => {
    await enrol("token");
    const code = await give("token", "five");
    loyalty.clock.set("2026-03-16T23:50:00Z");
    const body = cart("token", 2000, [code], { occurredAt: "2026-03-16T23:50:00Z" });
    const [first, second] = [await quote(body), await quote(body)];
    loyalty.clock.set("2026-03-17T00:00:00Z");
    const late = { ...body, occurredAt: "2026-03-17T00:00:00Z" };
    expect(await place(409, { ...late, id: "token-0" })).toMatchObject({ details: { reason: "expired" } });
    await place(201, { ...late, id: "token-1", quoteToken: first.quoteToken });
    expect(await place(409, { ...late, id: "token-2", quoteToken: second.quoteToken })).toMatchObject({
      code: "coupon_not_valid",
      details: { reason: "used" },
    });
  });

  test("are taken back by hand, for good; the order that used one keeps it", async () => {
    await enrol("taken");
    const now = { occurredAt: loyalty.clock.now().toISOString() };
    const [used, free] = [await give("taken", "five"), await give("taken", "five")];
    await place(201, { ...cart("taken", 2000, [used], now), id: "taken-1" });
    const revoke = async (code: string, reason: string) =>
      (await loyalty.expectStatus(200, "POST", `/v1/members/taken/coupons/${code}/revoke`, { body: { reason, actor: "agent-7" } })).body;
    const revokedAt = now.occurredAt;
    const inGroups = free.toLowerCase().replace(/.{4}/g, "$&-").slice(0, -1);
    expect(await revoke(inGroups, "by mistake")).toEqual({ code: free, coupon: "five", revokedAt, usedBy: null });
    expect(await revoke(free, "another reason")).toEqual({ code: free, coupon: "five", revokedAt, usedBy: null });
    expect(await revoke(used, "by mistake")).toEqual({ code: used, coupon: "five", revokedAt, usedBy: "taken-1" });

    expect((await quote(cart("taken", 2000, [free], now))).coupons).toMatchObject([{ reason: "revoked" }]);
    await loyalty.expectStatus(200, "POST", "/v1/orders/taken-1/cancel", { body: {} });
    expect((await couponsOf("taken")).map(({ status }) => status)).toEqual(["revoked", "revoked"]);
    await loyalty.expectStatus(404, "POST", `/v1/members/why/coupons/${free}/revoke`, { body: { reason: "not theirs" } });
    const announced = await loyalty.database.query("select data from events where type = 'coupon.revoked' order by version");
    expect(announced).toEqual(
      [free, used].map((code) => ({ data: { coupon: "five", code, cause: "hand", reason: "by mistake", actor: "agent-7" } })),
    );
  });

  test("leave books that prove themselves, and a corruption of them is found", async () => {
    await expectSoundLedger(loyalty);
    const differences = async () =>
      (await loyalty.expectStatus<{ differences: { check: string; member: string }[] }>(200, "GET", "/v1/verification")).body.differences;
    const corrupt = (sql: string) => loyalty.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);
    const ofOnce = "member_key = (select member_key from members where id = 'once')";
    const used = (await loyalty.database.query<{ order_id: string }>(`select order_id from coupons where ${ofOnce}`))[0]?.order_id;

    await corrupt(`update coupons set order_id = null, redeemed_at = null where ${ofOnce}`);
    expect(await differences()).toMatchObject([{ check: "coupon_used", member: "once", expected: "1", actual: "0" }]);
    await corrupt(`update coupons set order_id = 'another', redeemed_at = '2026-03-10' where ${ofOnce}`);
    expect(await differences()).toMatchObject([{ check: "coupon_used" }, { check: "coupon_used" }]);
    await corrupt(`update coupons set order_id = '${used}' where ${ofOnce}`);
    await corrupt(`update coupons set revoked_at = now() where ${ofOnce}`);
    expect(await differences()).toMatchObject([{ check: "coupon_revoked", member: "once", expected: "0", actual: "1" }]);
    await corrupt(`update coupons set revoked_at = null where ${ofOnce}`);
    await expectSoundLedger(loyalty);
  });
});
