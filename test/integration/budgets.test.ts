import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Order = {
  totals: { discount: number; payable: number };
  points: { amount: number }[];
  effects: { kind: string; sku?: string; quantity?: number }[];
  quoteToken: string;
  explanation: { rule: string; matched: boolean; reason?: object; gave: object[] }[];
};
type OrderChange = Parameters<typeof orderBody>[1] & { shipping?: number; quoteToken?: string };

let loyalty: TestService;
let shops = 0;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
});
afterAll(() => loyalty.close());

/** A program of its own with these rules: 1 point a pound, no tier. */
async function openShop(rules: object[], change: Record<string, unknown> = {}): Promise<void> {
  shops += 1;
  await loyalty.createProgram({ ...SHOP, id: `shop-${shops}`, tiers: [{ id: "bronze" }], rules, ...change });
}

const body = (id: string, { shipping, quoteToken, ...change }: OrderChange = {}) => ({
  ...orderBody(id, change),
  ...(shipping !== undefined && { shipping }),
  ...(quoteToken !== undefined && { quoteToken }),
});
const place = async (id: string, change: OrderChange = {}) =>
  (await loyalty.expectStatus<Order>(201, "POST", "/v1/orders?explain=true", { body: body(id, change) })).body;
const giveBack = (orderId: string, id: string, quantity: number) =>
  loyalty.expectStatus(201, "POST", `/v1/orders/${orderId}/returns`, {
    body: { id, occurredAt: "2026-02-03T00:00:00Z", lines: [{ line: 1, quantity }] },
  });
const cancel = (orderId: string) => loyalty.expectStatus(200, "POST", `/v1/orders/${orderId}/cancel`, { body: {} });
const saidOf = (order: Order, rule: string) => order.explanation.find((entry) => entry.rule === rule);

/** What is used, by key and period; of one member, or of the program. */
async function counters(memberId: string | null = null): Promise<Record<string, number>> {
  const rows = await loyalty.database.query<{ key: string; period: string; used: string }>(
    `select c.key, c.period::text, c.used::text from counters c join programs p using (program_id)
      where p.id = $1 and c.member_key = coalesce((select m.member_key from members m where m.program_id = p.program_id and m.id = $2), 0)`,
    [`shop-${shops}`, memberId],
  );
  return Object.fromEntries(rows.map(({ key, period, used }) => [`${key} ${period}`, Number(used)]));
}

const tenPercent = { id: "ten-percent", effects: [{ kind: "discount_percent", percent: 10 }] };

describe("a budget of money", () => {
  test("is spent to the last penny and no further; returns give back exactly what they undo", async () => {
    await openShop([{ ...tenPercent, budgets: [{ of: "money", atMost: 250 }] }]);

    const orders = [];
    for (const id of ["a", "b", "c"]) orders.push(await place(id, { memberId: id, unitPrice: 333, quantity: 3 }));

    expect(orders.map(({ totals }) => totals.discount)).toEqual([100, 100, 50]);
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 250 });
    const late = await place("d", { memberId: "d" });
    expect(saidOf(late, "ten-percent")).toMatchObject({
      matched: false,
      reason: { kind: "budget_exhausted", of: "money", atMost: 250, used: 250 },
    });

    await giveBack("a", "r1", 1);
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 217 });
    await giveBack("a", "r2", 1);
    await giveBack("a", "r3", 1);
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 150 });
    await cancel("c");
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 100 });
    expect((await place("e", { memberId: "e", unitPrice: 9000 })).totals.discount).toBe(150);
    await expectSoundLedger(loyalty);
  });

  test("that is kept on returns stays used; the shipping counts as money", async () => {
    const effects = [{ kind: "free_shipping" }];
    await openShop([{ id: "free", effects, budgets: [{ of: "money", atMost: 700, returns: "keep" }] }]);

    expect((await place("a", { shipping: 500 })).totals.payable).toBe(1000);
    await cancel("a");
    const second = await place("b", { shipping: 500 });

    expect(second.effects).toMatchObject([{ kind: "reduced_shipping", amount: 200 }]);
    expect(await counters()).toEqual({ "free life money -infinity": 700 });
    await expectSoundLedger(loyalty);
  });
});

describe("a cap of a member", () => {
  const once = {
    id: "once-a-day",
    effects: [{ kind: "bonus_points", wallet: "points", points: 5 }],
    caps: [{ of: "uses", atMost: 1, for: "member", per: "day" }],
  };

  test("is counted by the local day of the order, for each member by itself", async () => {
    await openShop([once], { timeZone: "Asia/Shanghai" });
    const times = ["2026-02-10T15:59:59Z", "2026-02-10T16:00:00Z", "2026-02-10T12:00:00Z", "2026-02-11T15:00:00Z"];

    const orders = [];
    for (const [n, occurredAt] of times.entries()) orders.push(await place(`a-${n}`, { occurredAt, unitPrice: 100 }));
    const other = await place("b", { memberId: "M2", occurredAt: times[0] as string, unitPrice: 100 });

    expect(orders.map(({ points }) => points[0]?.amount)).toEqual([6, 6, 1, 1]);
    expect(other.points[0]?.amount).toBe(6);
    expect(saidOf(orders[2] as Order, "once-a-day")?.reason).toEqual({ kind: "cap_reached", of: "uses", atMost: 1, used: 1, per: "day" });
    expect(await counters("M1")).toEqual({ "once-a-day day uses 2026-02-10": 1, "once-a-day day uses 2026-02-11": 1 });
    expect(await counters()).toEqual({});
    await cancel("a-0");
    expect((await place("a-4", { occurredAt: times[0] as string, unitPrice: 100 })).points[0]?.amount).toBe(6);
    await expectSoundLedger(loyalty);
  });

  test("holds for several orders of one batch, and a refused one uses nothing", async () => {
    await openShop([once]);

    const answers = await Promise.all([
      ...["a", "b", "c"].map((id) => loyalty.request<Order>("POST", "/v1/orders", { body: body(id, { unitPrice: 100 }) })),
      loyalty.request("POST", "/v1/orders", { body: { ...body("d"), currency: "EUR" } }),
    ]);

    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 422]);
    expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 8 });
    expect(await counters("M1")).toEqual({ "once-a-day day uses 2026-02-01": 1 });
  });
});

describe("a budget of points", () => {
  test("is given back as the points are, in any parts", async () => {
    const double = {
      id: "double",
      effects: [{ kind: "points_multiplier", multiplier: 2 }],
      budgets: [{ of: "points", atMost: 25, per: "month" }],
    };
    await openShop([double]);

    const order = await place("a", { unitPrice: 1000, quantity: 3 });

    expect(order.points[0]?.amount).toBe(30 + 25);
    expect(saidOf(order, "double")?.gave).toEqual([
      { kind: "points_multiplier", multiplier: "2" },
      {
        kind: "limited",
        wallet: "points",
        cut: 5,
        limit: { kind: "budget", of: "points", wallet: "points", atMost: 25, used: 0, per: "month" },
      },
    ]);
    for (const [n, [available, used]] of [
      [20 + 20, 20],
      [10 + 10, 10],
      [0, 0],
    ].entries()) {
      await giveBack("a", `r${n}`, 1);
      expect(await pointsOf(loyalty, "M1")).toMatchObject({ available });
      expect(await counters()).toEqual({ "double month points points 2026-02-01": used });
    }
    await expectSoundLedger(loyalty);
  });
});

describe("the stock of a gift", () => {
  test("runs out, and comes back with an order that is wholly returned", async () => {
    const gift = { id: "gift", effects: [{ kind: "gift", sku: "tote-bag", quantity: 2, stock: 3 }] };
    await openShop([gift]);

    const given = [await place("a", { quantity: 2 }), await place("b"), await place("c")];
    expect(given.map(({ effects }) => effects.map(({ quantity }) => quantity))).toEqual([[2], [1], []]);
    expect(saidOf(given[2] as Order, "gift")?.reason).toEqual({ kind: "out_of_stock", sku: "tote-bag", atMost: 3, used: 3 });

    await giveBack("a", "r1", 1);
    expect((await place("d")).effects).toEqual([]);
    await giveBack("a", "r2", 1);
    expect((await place("e")).effects).toMatchObject([{ kind: "gift", quantity: 2 }]);
    await expectSoundLedger(loyalty);
  });
});

describe("an open order that is revised", () => {
  test("gives back what its former cart used and takes what the new one does, under the rules in force", async () => {
    await openShop([{ ...tenPercent, budgets: [{ of: "money", atMost: 100, returns: "keep" }] }], { ordersCount: "completed" });
    expect((await place("a")).totals.discount).toBe(100);
    const { id: _id, ...cart } = body("a", { unitPrice: 600 });

    const revised = await loyalty.expectStatus<Order>(200, "PATCH", "/v1/orders/a", { body: cart });

    expect(revised.body.totals.discount).toBe(60);
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 60 });
    expect((await place("b")).totals.discount).toBe(40);
    await expectSoundLedger(loyalty);
  });
});

describe("quotes and dry runs", () => {
  test("see what is left, write nothing, and hold nothing", async () => {
    await openShop([{ ...tenPercent, budgets: [{ of: "money", atMost: 150 }] }]);
    await place("first");
    const before = await counters();
    const { id: _id, occurredAt: _at, ...cart } = body("");

    const quotes = await Promise.all([1, 2].map(() => loyalty.expectStatus<Order>(200, "POST", "/v1/quotes", { body: cart })));
    const dry = await loyalty.expectStatus<Order>(200, "POST", "/v1/orders?dryRun=true", { body: body("dry", { memberId: "new" }) });

    expect([...quotes, dry].map(({ body: { totals } }) => totals.discount)).toEqual([50, 50, 50]);
    expect(await counters()).toEqual(before);

    const [one, other] = quotes.map(({ body: { quoteToken } }) => body("", { occurredAt: "2026-03-01T12:00:00Z", quoteToken }));
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { ...one, id: "q-1" } });
    const refused = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: { ...other, id: "q-2" } });
    expect(refused.body).toMatchObject({ code: "quote_unavailable" });
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 150 });
    await loyalty.expectStatus(404, "GET", "/v1/orders/q-2");
    await cancel("q-1");
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { ...other, id: "q-2" } });
  });

  test("a quote whose gift is gone, and one whose member has changed, are told apart", async () => {
    const gift = { id: "gift", effects: [{ kind: "gift", sku: "pen", stock: 1 }] };
    const vip = { id: "vip", when: "has(member.attributes.vip)", effects: [{ kind: "bonus_points", wallet: "points", points: 3 }] };
    await openShop([gift, vip]);
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "M1" } });
    const { id: _id, occurredAt: _at, ...cart } = body("");
    const quote = async () => (await loyalty.expectStatus<Order>(200, "POST", "/v1/quotes", { body: cart })).body.quoteToken;
    const order = (id: string, quoteToken: string) =>
      loyalty.request("POST", "/v1/orders", { body: body(id, { occurredAt: "2026-03-01T12:00:00Z", quoteToken }) });
    const [first, second] = [await quote(), await quote()];
    await place("taker", { memberId: "M2" });

    expect((await order("a", first)).body).toMatchObject({ code: "quote_unavailable" });
    await loyalty.expectStatus(200, "PATCH", "/v1/members/M1", { body: { attributes: { vip: true } } });
    expect((await order("b", second)).body).toMatchObject({ code: "quote_mismatch" });
  });
});

describe("publishing", () => {
  test("a higher limit keeps what was used; a quote and an order without limits need no counter", async () => {
    await openShop([{ ...tenPercent, budgets: [{ of: "money", atMost: 100 }] }]);
    await place("a");
    const raised = {
      ...SHOP,
      id: `shop-${shops}`,
      tiers: [{ id: "bronze" }],
      rules: [{ ...tenPercent, budgets: [{ of: "money", atMost: 130 }] }],
    };
    await loyalty.createProgram(raised);

    expect((await place("b")).totals.discount).toBe(30);
    await loyalty.createProgram({ ...raised, rules: [] });
    expect((await place("c")).totals.discount).toBe(0);
    await giveBack("a", "r", 1);
    expect(await counters()).toEqual({ "ten-percent life money -infinity": 30 });
    await expectSoundLedger(loyalty);
  });
});
