import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const NOON = "2026-03-01T12:00:00Z";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOON });
  await loyalty.createProgram(SHOP);
});
afterAll(() => loyalty.close());

/** How many rows each table has, of all there are. */
async function rowCounts(): Promise<Record<string, number>> {
  const tables = await loyalty.database.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by tablename",
  );
  const counts: Record<string, number> = {};
  for (const { name } of tables) {
    const [row] = await loyalty.database.query<{ count: number }>(`select count(*)::int as count from ${name}`);
    counts[name] = row?.count ?? -1;
  }
  return counts;
}

const cartOf = (memberId: string, unitPrice = 12_000) => {
  const { id: _id, occurredAt: _occurredAt, ...cart } = orderBody("", { memberId, unitPrice });
  return cart;
};
type QuoteBody = { quoteToken: string; totals: object; ruleSet: number; points: object[] };
const quote = async (memberId: string) =>
  (await loyalty.expectStatus<QuoteBody>(200, "POST", "/v1/quotes", { body: cartOf(memberId) })).body;
const order = (id: string, memberId: string, quoteToken: string, change: object = {}) => ({
  ...cartOf(memberId),
  id,
  occurredAt: NOON,
  quoteToken,
  ...change,
});

describe("a dry run", () => {
  test("writes no row of any table, whether the member is known, new or the order is refused", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("known", { memberId: "D1" }) });
    const before = await rowCounts();
    expect(before).toMatchObject({ members: 1, orders: 1, directory: 1 });

    const known = await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true", {
      body: orderBody("dry-1", { memberId: "D1", unitPrice: 9000 }),
    });
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true", {
      body: orderBody("dry-1", { memberId: "D1", unitPrice: 9000 }),
    });
    const fresh = await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true", { body: orderBody("dry-2", { memberId: "nobody" }) });
    await loyalty.expectStatus(409, "POST", "/v1/orders?dryRun=true", { body: orderBody("known", { memberId: "D1", unitPrice: 1 }) });

    expect(known.body).toMatchObject({
      tier: { before: "bronze", after: "silver" },
      points: [{ amount: 90 }],
      balance: { wallets: { points: { available: 100 } } },
    });
    expect(again.body).toEqual(known.body);
    expect(again.headers["idempotent-replayed"]).toBeUndefined();
    expect(fresh.body).toMatchObject({ memberId: "nobody", points: [{ amount: 10 }] });
    expect(await rowCounts()).toEqual(before);
  });

  test("with a quote's token leaves the token good", async () => {
    const { quoteToken } = await quote("D2");

    await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true", { body: order("dry-3", "D2", quoteToken) });

    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: order("dry-3", "D2", quoteToken) });
  });
});

describe("a quote's token", () => {
  test("is made without a row", async () => {
    const before = await rowCounts();

    await quote("D1");
    await quote("somebody-new");

    expect(await rowCounts()).toEqual(before);
  });

  test("keeps prices, points and rule set, also when a new one is published and the member has risen meanwhile", async () => {
    const offered = await quote("Q1");
    const tenPercent = { id: "ten-percent", effects: [{ kind: "discount_percent", percent: 10 }] };
    await loyalty.createProgram(SHOP, { rules: [tenPercent], earning: [{ wallet: "points", points: 3, perAmount: 100 }] });
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("Q1-rise", { memberId: "Q1", unitPrice: 20_000 }) });

    const held = await loyalty.expectStatus(201, "POST", "/v1/orders", { body: order("Q1-held", "Q1", offered.quoteToken) });
    const fresh = await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: { ...order("Q1-fresh", "Q1", ""), quoteToken: undefined },
    });

    expect(held.body).toMatchObject({
      totals: offered.totals,
      ruleSet: offered.ruleSet,
      points: [{ amount: 120 }],
      lines: [{ net: 12_000 }],
    });
    // The new rule set for a silver member: 10 % and 10 % of the rest, then 3 points a pound.
    expect(fresh.body).toMatchObject({ totals: { net: 9720 }, ruleSet: offered.ruleSet + 1, points: [{ amount: 291 }] });
    await loyalty.createProgram(SHOP);
  });

  test("has ended after 30 minutes, to the millisecond", async () => {
    const [inTime, late] = [await quote("Q2"), await quote("Q2")];

    loyalty.clock.set("2026-03-01T12:29:59.999Z");
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: order("Q2-1", "Q2", inTime.quoteToken) });
    loyalty.clock.set("2026-03-01T12:30:00Z");
    const { body } = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: order("Q2-2", "Q2", late.quoteToken) });

    expect(body).toMatchObject({ code: "quote_expired", details: { expiredAt: "2026-03-01T12:30:00.000Z" } });
    await loyalty.expectStatus(404, "GET", "/v1/orders/Q2-2");
    const replay = await loyalty.expectStatus(200, "POST", "/v1/orders", { body: order("Q2-1", "Q2", inTime.quoteToken) });
    expect(replay.headers["idempotent-replayed"]).toBe("true");
    expect(replay.body).toMatchObject({ id: "Q2-1", points: [{ amount: 120 }] });
    loyalty.clock.set(NOON);
  });

  test.each([
    ["another member", { memberId: "Q3-other" }],
    ["another quantity", { lines: [{ line: 1, sku: "A", quantity: 2, unitPrice: 12_000 }] }],
    ["another shipping", { shipping: 1 }],
  ])("is refused for %s", async (_what, change) => {
    const { quoteToken } = await quote("Q3");

    const { body } = await loyalty.expectStatus(422, "POST", "/v1/orders", { body: order("Q3-1", "Q3", quoteToken, change) });

    expect(body).toMatchObject({ code: "quote_mismatch" });
    await loyalty.expectStatus(404, "GET", "/v1/orders/Q3-1");
  });

  test("is refused when it was changed, or is of another program", async () => {
    const { quoteToken } = await quote("Q4");
    const [payload = "", signature = ""] = quoteToken.split(".");
    const forged = Buffer.from(Buffer.from(payload, "base64url").toString().replace('"net":12000', '"net":1')).toString("base64url");
    const changed = await loyalty.expectStatus(422, "POST", "/v1/orders", { body: order("Q4-1", "Q4", `${forged}.${signature}`) });
    await loyalty.createProgram({ ...SHOP, id: "next-door" });
    const elsewhere = await loyalty.expectStatus(422, "POST", "/v1/orders", { body: order("Q4-1", "Q4", quoteToken) });
    await loyalty.createProgram(SHOP);

    expect(forged).not.toBe(payload);
    expect([changed.body.code, elsewhere.body.code]).toEqual(["quote_mismatch", "quote_mismatch"]);
  });

  test("is good for one of two orders that come at once", async () => {
    const { quoteToken } = await quote("Q5");

    const answers = await Promise.all(
      ["a", "b", "c", "d"].map((id) => loyalty.request("POST", "/v1/orders", { body: order(`Q5-${id}`, "Q5", quoteToken) })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409]);
    for (const { status, body } of answers) if (status === 409) expect(body).toMatchObject({ code: "quote_already_used" });
    const { body } = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/orders?memberId=Q5");
    expect(body.data).toHaveLength(1);
  });
});
