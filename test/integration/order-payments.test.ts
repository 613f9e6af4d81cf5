import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OrderView, ReturnView } from "../../src/orders/order.ts";
import type { QuoteView } from "../../src/orders/quote.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";
import { wholeMembers } from "../support/whole-members.ts";

const NOW = "2026-03-10T12:00:00Z";
const SOON = "2026-03-20T00:00:00Z";
/** A point for a penny of at most half an order, from 100 in tens. */
const PAY = { points: 1, amount: 1, minimum: 100, step: 10 };
const PROGRAM = {
  ...SHOP,
  rules: [],
  ordersCount: "completed",
  pools: {},
  wallets: [
    { id: "points", payWithPoints: PAY },
    { id: "miles", renewal: "P30D", payWithPoints: { points: 1, amount: 100, earnOnPointsPaid: true } },
    { id: "growth", kind: "status" },
  ],
};

let loyalty: TestService;
let key: string;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  ({ key } = await loyalty.createProgram(PROGRAM));
});
afterAll(async () => {
  loyalty.use(key);
  await expectSoundLedger(loyalty);
  await loyalty.close();
});

const inject = async (lines: object[]): Promise<Record<string, unknown>[]> => {
  const headers = { "content-type": "application/x-ndjson" };
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const answer = await loyalty.expectStatus<{ text: string }>(200, "POST", "/v1/import", { body, headers });
  return answer.body.text
    .trim()
    .split("\n")
    .map((text) => JSON.parse(text));
};
/** A member with these lots of points; those of `points` unless said otherwise. */
async function memberWith(memberId: string, ...lots: { points: number; wallet?: string; expiresAt?: string }[]): Promise<void> {
  const opening = { type: "openingBalance", id: `o-${memberId}`, memberId, occurredAt: "2026-03-01T00:00:00Z" };
  await inject([{ ...opening, lots: lots.map((lot) => ({ wallet: "points", ...lot })) }]);
}
/** Three units of 10.00, with what is asked to be paid with points. */
const cart = (memberId: string, payWithPoints?: object, change: object = {}) => {
  const { id: _none, ...body } = orderBody("none", { memberId, occurredAt: NOW, quantity: 3 });
  return { ...body, shipping: 500, ...(payWithPoints !== undefined && { payWithPoints }), ...change };
};
const quote = async (body: object) => (await loyalty.expectStatus<QuoteView>(200, "POST", "/v1/quotes", { body })).body;
const place = (id: string, body: object) => loyalty.expectStatus<OrderView>(201, "POST", "/v1/orders", { body: { id, ...body } });
const refused = async (id: string, body: object, status = 409) =>
  (await loyalty.expectStatus(status, "POST", "/v1/orders", { body: { id, ...body } })).body;
const giveBack = async (orderId: string, id: string, quantity = 1) =>
  (
    await loyalty.expectStatus<ReturnView>(201, "POST", `/v1/orders/${orderId}/returns`, {
      body: { id, occurredAt: loyalty.clock.now().toISOString(), lines: [{ line: 1, quantity }] },
    })
  ).body;
type Entry = { kind: string; points: number; source: { kind: string; id: string }; lotUses: { lot: string; points: number }[] };
const entriesOf = (memberId: string) => allPages<Entry>(loyalty, `/v1/members/${memberId}/entries?limit=200`);
const lotsOf = (memberId: string) =>
  allPages<{ remaining: number; expiresAt: string | null }>(loyalty, `/v1/members/${memberId}/lots?all=true`);
const remainingOf = async (memberId: string) => (await lotsOf(memberId)).map(({ remaining }) => remaining);

describe("an order that is paid with points", () => {
  test("takes those that expire first, says what remains, and is a replay when it is sent again", async () => {
    await memberWith("first", { points: 900 }, { points: 400, expiresAt: SOON });
    const body = cart("first", { points: 600 });

    const placed = await place("first-1", body);

    expect(placed.body.totals).toMatchObject({ net: 3000, payable: 3500 });
    expect(placed.body.payment).toEqual({ wallet: "points", points: 600, amount: 600, remaining: 2900, lines: [{ line: 1, amount: 600 }] });
    expect(placed.body.points).toMatchObject([{ wallet: "points", amount: 24, status: "expected" }]);
    expect(placed.body.balance.wallets.points).toMatchObject({ available: 700, redeemedTotal: 600 });
    expect(await entriesOf("first")).toMatchObject([
      { kind: "redemption", points: 600, source: { kind: "order", id: "first-1" }, lotUses: [{ points: 400 }, { points: 200 }] },
      { kind: "opening" },
      { kind: "opening" },
    ]);
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders", { body: { id: "first-1", ...body } });
    expect(again.body).toEqual(placed.body);
    expect((await loyalty.expectStatus<OrderView>(200, "GET", "/v1/orders/first-1")).body.payment).toEqual(placed.body.payment);
    expect((await refused("first-1", cart("first", { points: 610 }))).code).toBe("id_reused");
  });

  test("is refused with its field and the reason, and then nothing is taken", async () => {
    await memberWith("why", { points: 1000 });
    const cases: [points: number, code: string, reason: string, facts: object][] = [
      [90, "payment_not_allowed", "below_minimum", { minimum: 100 }],
      [105, "payment_not_allowed", "not_a_step", { step: 10 }],
      [1510, "payment_not_allowed", "share_exceeded", { atMost: 1500 }],
      [1010, "insufficient_points", "insufficient_points", { missing: 10 }],
    ];
    for (const [points, code, reason, facts] of cases) {
      expect(await refused("why-1", cart("why", { points }))).toMatchObject({
        code,
        details: { wallet: "points", requested: points, ...facts },
        errors: [{ pointer: "/payWithPoints/points", code: reason }],
      });
      const { payment, totals } = await quote(cart("why", { points }));
      expect(payment).toMatchObject({ points: 0, amount: 0, remaining: totals.payable, refused: { reason, ...facts } });
      expect(payment?.most).toEqual({ points: 1000, amount: 1000, notMore: { reason: "insufficient_points", missing: 10 } });
    }
    expect(await refused("why-1", cart("why", { wallet: "growth", points: 1 }))).toMatchObject({
      code: "payment_not_allowed",
      details: { reason: "not_offered" },
    });
    expect(await refused("why-1", cart("why", { wallet: "gems", points: 1 }), 422)).toMatchObject({
      errors: [{ pointer: "/payWithPoints/wallet" }],
    });
    expect(await refused("why-1", cart("why", { points: "all" }), 422)).toMatchObject({ code: "request_invalid" });
    const dry = await loyalty.expectStatus<OrderView>(200, "POST", "/v1/orders?dryRun=true&explain=true", {
      body: { id: "why-1", ...cart("why", { points: "most" }) },
    });
    expect(dry.body).toMatchObject({
      payment: { points: 1000, remaining: 2500 },
      explanation: [{}, { rule: "payment:points", gave: [{ points: 1000 }] }],
    });
    await loyalty.expectStatus(404, "GET", "/v1/orders/why-1");
    expect((await entriesOf("why")).map(({ kind }) => kind)).toEqual(["opening"]);
  });

  test("pays with the most there may be, or with none where there are too few", async () => {
    await memberWith("most", { points: 1234 });
    expect((await place("most-1", cart("most", { points: "most" }))).body.payment).toMatchObject({ points: 1230, remaining: 2270 });
    expect((await place("most-2", cart("most", { points: "most" }))).body.payment).toMatchObject({ points: 0, lines: [], remaining: 3500 });
    expect((await pointsOf(loyalty, "most")).available).toBe(4);
  });

  test("comes in a line of an import as well", async () => {
    await memberWith("line", { points: 500 });
    const [taken, beyond] = await inject([
      { type: "order", id: "line-1", ...cart("line", { points: 300 }) },
      { type: "order", id: "line-2", ...cart("line", { points: 300 }) },
    ]);
    expect([taken, beyond]).toMatchObject([{ status: 201 }, { status: 409, code: "insufficient_points", details: { missing: 100 } }]);
    expect((await pointsOf(loyalty, "line")).available).toBe(200);
  });

  test("draws on the household as other spending does, and a quote knows", async () => {
    await memberWith("ann", { points: 300 });
    await memberWith("ben", { points: 800 });
    await loyalty.expectStatus(201, "POST", "/v1/pools", { body: { id: "home", owner: "ann" } });
    await loyalty.expectStatus(200, "PUT", "/v1/pools/home/members/ben", { body: {} });

    expect((await quote(cart("ann", { points: "most" }))).payment).toMatchObject({
      points: 1100,
      most: { notMore: { reason: "insufficient_points", missing: 10 } },
    });
    expect(await refused("ann-1", cart("ann", { points: 1110 }))).toMatchObject({ code: "insufficient_points", details: { missing: 10 } });
    await place("ann-1", cart("ann", { points: 1000 }));
    expect([(await pointsOf(loyalty, "ann")).available, (await pointsOf(loyalty, "ben")).available]).toEqual([0, 100]);
    const back = await giveBack("ann-1", "ann-r", 3);
    expect(back.paidBack).toMatchObject({ points: 1000, amount: 1000, refund: 2000 });
    expect([(await pointsOf(loyalty, "ann")).available, (await pointsOf(loyalty, "ben")).available]).toEqual([1000, 100]);
  });

  test("at once with others never spends a point twice", async () => {
    await memberWith("race", { points: 1000 });
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) =>
        loyalty.request("POST", "/v1/orders", { body: { id: `race-${n}`, ...cart("race", { points: 200 }) } }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code)).toEqual(Array(7).fill("insufficient_points"));
    expect(await pointsOf(loyalty, "race")).toMatchObject({ available: 0, redeemedTotal: 1000 });
  });
});

describe("a quote's token", () => {
  test("fixes rate and number, also of the most", async () => {
    await memberWith("token", { points: 600 });
    const body = cart("token", { points: "most" });
    const { payment, quoteToken } = await quote(body);
    expect(payment).toMatchObject({ points: 600 });
    await memberWith("token2", { points: 600 });
    const other = await quote(cart("token2", { points: "most" }));
    const exact = await quote(cart("token2", { points: 700 }));
    await loyalty.expectStatus(201, "POST", "/v1/members/token/adjustments", { body: { id: "more", points: 500, reason: "more" } });
    await loyalty.expectStatus(201, "POST", "/v1/members/token2/adjustments", { body: { id: "less", points: -150, reason: "less" } });
    await loyalty.expectStatus(200, "PUT", "/v1/program", {
      body: {
        ...PROGRAM,
        wallets: PROGRAM.wallets.map((wallet) => (wallet.id === "points" ? { ...wallet, payWithPoints: { ...PAY, amount: 2 } } : wallet)),
      },
    });

    expect((await place("token-1", { ...body, quoteToken })).body.payment).toMatchObject({ points: 600, amount: 600 });
    expect(await refused("token-2", { ...cart("token2", { points: "most" }), quoteToken: other.quoteToken })).toMatchObject({
      code: "insufficient_points",
      details: { requested: 600, missing: 150 },
    });
    expect((await place("token-3", cart("token2", { points: "most" }))).body.payment).toMatchObject({ points: 450, amount: 900 });
    expect(await refused("token-4", { ...cart("token2", { points: 700 }), quoteToken: exact.quoteToken })).toMatchObject({
      code: "insufficient_points",
    });
    await loyalty.expectStatus(201, "POST", "/v1/members/token2/adjustments", { body: { id: "much", points: 5000, reason: "more" } });
    expect(await refused("token-4", { ...cart("token2", { points: 700 }), quoteToken: exact.quoteToken }, 422)).toMatchObject({
      code: "quote_mismatch",
    });
    await loyalty.expectStatus(200, "PUT", "/v1/program", { body: PROGRAM });
  });
});

describe("what comes back", () => {
  test("in parts goes to its lots, the rest in money, and together it is all", async () => {
    await memberWith("back", { points: 900 }, { points: 400, expiresAt: SOON });
    await place("back-1", cart("back", { points: 1000 }));
    await loyalty.expectStatus(200, "POST", "/v1/orders/back-1/complete", { body: {} });
    expect(await remainingOf("back")).toEqual([20, 0, 300]);

    const [one, two] = [await giveBack("back-1", "back-r1"), await giveBack("back-1", "back-r2")];

    expect(one).toMatchObject({
      returnedNet: 1000,
      paidBack: { wallet: "points", points: 333, expired: 0, amount: 333, refund: 667 },
      clawedBack: [{ points: 7 }],
    });
    expect(two.paidBack).toMatchObject({ points: 334, amount: 334, refund: 666 });
    // What lives longest came back first.
    expect(await remainingOf("back")).toEqual([6, 67, 900]);
    const cancelled = await loyalty.expectStatus<OrderView>(200, "POST", "/v1/orders/back-1/cancel", { body: {} });
    expect(cancelled.body.takenBack).toMatchObject({ returnedNet: 1000, paidBack: { points: 333, amount: 333, refund: 667 } });
    expect(await remainingOf("back")).toEqual([0, 400, 900]);
    expect(await pointsOf(loyalty, "back")).toMatchObject({ available: 1300, redeemedTotal: 0, accruedTotal: 1300, debt: 0 });
  });

  test("is given back before points are clawed back, so that nobody owes what they have", async () => {
    await memberWith("order", { points: 200 });
    await place("order-1", cart("order", { points: 200 }));
    await loyalty.expectStatus(200, "POST", "/v1/orders/order-1/complete", { body: {} });
    await loyalty.expectStatus(201, "POST", "/v1/members/order/adjustments", { body: { id: "gone", points: -28, reason: "spent" } });

    const back = await giveBack("order-1", "order-r", 3);

    expect(back).toMatchObject({ paidBack: { points: 200 }, clawedBack: [{ points: 28, debt: 0 }] });
    expect((await entriesOf("order")).slice(0, 2).map(({ kind, points }) => [kind, points])).toEqual([
      ["clawback", 28],
      ["give_back", 200],
    ]);
    expect(await pointsOf(loyalty, "order")).toMatchObject({ available: 172, debt: 0 });
  });

  test("is given back when a revision pays anew, with more, with less, with other points or with none", async () => {
    await memberWith("anew", { points: 1000 }, { points: 20, wallet: "miles" });
    const revise = (payWithPoints: object | undefined, status = 200) =>
      loyalty.expectStatus<OrderView>(status, "PATCH", "/v1/orders/anew-1", { body: cart("anew", payWithPoints) });
    await place("anew-1", cart("anew", { points: 600 }));

    expect((await revise({ points: 900 })).body.payment).toMatchObject({ points: 900, remaining: 2600 });
    expect((await revise({ points: 1010 }, 409)).body).toMatchObject({ code: "insufficient_points", details: { missing: 10 } });
    expect((await pointsOf(loyalty, "anew")).available).toBe(100);
    expect((await revise({ wallet: "miles", points: 7 })).body.payment).toMatchObject({ wallet: "miles", points: 7, amount: 700 });
    expect((await pointsOf(loyalty, "anew")).available).toBe(1000);
    expect((await revise(undefined)).body).not.toHaveProperty("payment");
    expect((await giveBack("anew-1", "anew-r")).paidBack).toBeUndefined();
    expect(await pointsOf(loyalty, "anew")).toMatchObject({ available: 1000, redeemedTotal: 0 });
  });

  test("goes along where two members become one, and back where they are two again", async () => {
    for (const memberId of ["card", "app"]) await memberWith(memberId, { points: 500 });
    await place("card-1", cart("card", { points: 400 }));
    const apart = await wholeMembers(loyalty.database, ["card", "app"]);
    const merge = { id: "merge", from: "card", into: "app", reason: "one person" };
    await loyalty.expectStatus(201, "POST", "/v1/merges", { body: merge });
    await loyalty.expectStatus(200, "POST", "/v1/merges/merge/undo", { body: { reason: "two persons" } });
    expect(await wholeMembers(loyalty.database, ["card", "app"])).toEqual(apart);
    await loyalty.expectStatus(201, "POST", "/v1/merges", { body: { ...merge, id: "again" } });

    const [one, rest] = [await giveBack("card-1", "card-r1"), await giveBack("card-1", "card-r2", 2)];

    expect([one.paidBack?.points, rest.paidBack?.points]).toEqual([133, 267]);
    expect(await pointsOf(loyalty, "app")).toMatchObject({ available: 1000, redeemedTotal: 0 });
  });

  test("after its date is gone, or lives on where the wallet renews it", async () => {
    const later = "2026-03-25T00:00:00Z";
    for (const [member, wallet, points, refund] of [
      ["gone", "points", 300, 2700],
      ["renewed", "miles", 3, 2700],
    ] as const) {
      loyalty.clock.set(NOW);
      await memberWith(member, { wallet, points, expiresAt: SOON });
      await place(`${member}-1`, cart(member, { wallet, points }));
      loyalty.clock.set(later);

      const back = await giveBack(`${member}-1`, `${member}-r`, 3);

      expect(back.paidBack).toEqual({ wallet, points, expired: wallet === "points" ? points : 0, amount: 300, refund });
      expect(await lotsOf(member)).toMatchObject([
        wallet === "points"
          ? { remaining: 0, expiresAt: "2026-03-20T00:00:00.000Z" }
          : { remaining: 3, expiresAt: "2026-04-23T23:00:00.000Z" },
      ]);
    }
  });
});

const OF_PAID = "member_key = :key and order_id like '%-1'";
/** What is done to the payment of one member's order behind the engine's back, and which checks find it. */
const CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  ["nothing", "select 1", []],
  ["a payment that was lost", `delete from order_payments where ${OF_PAID}`, ["order_payment", "order_payment_points"]],
  ["points that were raised", `update order_payments set points = points + 10 where ${OF_PAID}`, ["order_payment", "order_payment_points"]],
  ["an amount that was raised", `update order_payments set amount = amount + 1 where ${OF_PAID}`, ["order_payment"]],
  [
    "points that never came back",
    `update order_payments set points_back = points where ${OF_PAID}`,
    ["order_payment", "order_payment_points"],
  ],
  ["an order that forgot it", `update orders set decision = (decision::jsonb - 'payment')::json where ${OF_PAID}`, ["order_payment"]],
];

test("a payment whose rows were touched is found", async () => {
  loyalty.clock.set(NOW);
  await loyalty.createProgram({ ...PROGRAM, id: "touched" });
  for (const [what, sql] of CORRUPTIONS) {
    const memberId = what.replaceAll(" ", "-");
    await memberWith(memberId, { points: 1000 });
    await place(`${memberId}-1`, cart(memberId, { points: 600 }));
    await giveBack(`${memberId}-1`, `${memberId}-r`);
    const key = `(select member_key from members where id = '${memberId}')`;
    await loyalty.database.query(`begin; set local session_replication_role = replica; ${sql.replaceAll(":key", key)}; commit`);
  }

  const { body } = await loyalty.expectStatus<{ differences: { check: string; member: string }[] }>(200, "GET", "/v1/verification");

  for (const [what, , checks] of CORRUPTIONS) {
    const found = body.differences.filter(({ member }) => member === what.replaceAll(" ", "-")).map(({ check }) => check);
    expect([...new Set(found)].sort(), what).toEqual(checks);
  }
});
