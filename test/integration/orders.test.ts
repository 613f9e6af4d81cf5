import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, pointsOf, SHOP } from "../support/shop.ts";

describe("orders", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(SHOP);
  });
  afterAll(() => loyalty.close());

  test("earn points once, however often they are sent", async () => {
    const body = orderBody("once", { memberId: "O1", unitPrice: 4999 });

    const first = await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders", { body: { ...body, pricing: "engine", coupons: [] } });
    const other = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: { ...body, shipping: 1 } });

    expect(first.body).toMatchObject({
      id: "once",
      status: "placed",
      totals: { gross: 4999, discount: 0, net: 4999, shipping: 0, payable: 4999 },
      points: [{ wallet: "points", amount: 49, status: "available" }],
      tier: { before: "bronze", after: "bronze" },
      balance: { wallets: { points: { available: 49 } } },
    });
    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(other.body).toMatchObject({ code: "id_reused" });
    expect(await pointsOf(loyalty, "O1")).toMatchObject({ available: 49, accruedTotal: 49 });
  });

  test("show what they are now, with the same points as the first answer", async () => {
    const placed = await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: orderBody("shown", { memberId: "O2", unitPrice: 20000 }),
    });

    const { body } = await loyalty.expectStatus(200, "GET", "/v1/orders/shown");

    expect(body).toEqual({ ...placed.body, returns: [] });
    expect(placed.body).toMatchObject({ tier: { before: "bronze", after: "silver" }, points: [{ amount: 200 }] });
  });

  test("are refused for a while, and later taken, where the database has no room left", async () => {
    await loyalty.database.query(`create function full_disk() returns trigger language plpgsql as
      $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$`);
    await loyalty.database.query("create trigger full_disk before insert on entries for each row execute function full_disk()");
    const body = orderBody("no-room", { memberId: "no-room", unitPrice: 5000 });

    const { headers, ...refused } = await loyalty.request("POST", "/v1/orders", { body });

    expect(refused).toMatchObject({ status: 503, body: { code: "database_unavailable" } });
    expect(headers["retry-after"]).toMatch(/^\d+$/);
    await loyalty.database.query("drop trigger full_disk on entries");
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
    expect(await pointsOf(loyalty, "no-room")).toMatchObject({ available: 50 });
  });

  test.each([
    ["an unknown currency", { currency: "EUR" }, 422, "currency_mismatch"],
    ["a time that is still to come", { occurredAt: "2026-03-01T00:05:01Z" }, 422, "occurred_in_future"],
    ["a coupon that does not exist", { coupons: ["NOPE"] }, 409, "coupon_not_valid"],
    [
      "a sum beyond exact integers",
      { lines: [1, 2].map((line) => ({ line, sku: "A", quantity: 1, unitPrice: Number.MAX_SAFE_INTEGER })) },
      422,
      "amount_out_of_range",
    ],
    ["a token that is none of ours", { quoteToken: "made.up" }, 422, "quote_mismatch"],
  ])("refuse %s and change nothing", async (_name, change, status, code) => {
    const { body } = await loyalty.expectStatus(status, "POST", "/v1/orders", {
      body: { ...orderBody("refused", { memberId: "O3" }), ...change },
    });

    expect(body).toMatchObject({ code });
    await loyalty.expectStatus(404, "GET", "/v1/orders/refused");
    await loyalty.expectStatus(404, "GET", "/v1/members/O3");
  });

  test("of an unknown member are refused where the program does not enrol by itself", async () => {
    await loyalty.createProgram({ ...SHOP, id: "closed-shop" }, { autoEnroll: false });

    const { body } = await loyalty.expectStatus(404, "POST", "/v1/orders", { body: orderBody("stranger", { memberId: "nobody" }) });

    expect(body).toMatchObject({ code: "member_not_found" });
    await loyalty.expectStatus(404, "GET", "/v1/orders/stranger");
    await loyalty.createProgram(SHOP);
  });

  test("with dryRun answer as if, and write nothing", async () => {
    const body = orderBody("dry", { memberId: "O4", unitPrice: 12000 });

    const dry = await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true", { body });

    await loyalty.expectStatus(404, "GET", "/v1/orders/dry");
    await loyalty.expectStatus(404, "GET", "/v1/members/O4");
    const placed = await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
    expect(dry.body).toEqual(placed.body);
  });

  test("are explained rule by rule, in the answer and for good", async () => {
    const body = orderBody("why", { memberId: "O5", unitPrice: 21700 });

    const dry = await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true&explain=true", { body });
    const placed = await loyalty.expectStatus(201, "POST", "/v1/orders?explain=true", { body });
    const kept = await loyalty.expectStatus(200, "GET", "/v1/orders/why/explanation");

    expect(kept.body).toMatchObject({ id: "why", memberId: "O5", ruleSet: 1, tier: "bronze" });
    expect(placed.body.explanation).toEqual(kept.body.rules);
    expect(dry.body.explanation).toEqual(kept.body.rules);
    expect(kept.body.rules).toContainEqual({
      rule: "big-order",
      label: "Big order",
      matched: false,
      reason: {
        kind: "condition",
        part: "order.gross >= 30000",
        values: { "order.gross": "21700" },
        missing: { path: "order.gross", atLeast: "30000", value: "21700", short: "8300" },
      },
      gave: [],
    });
    await loyalty.expectStatus(404, "GET", "/v1/orders/unknown/explanation");
  });

  test("are listed newest first, each once, also those of one instant", async () => {
    const times = ["2026-01-03T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z", "2026-01-02T00:00:00Z"];
    for (const [index, occurredAt] of times.entries()) {
      await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(`list-${index}`, { memberId: "O6", occurredAt }) });
    }

    const listed = await allPages<{ id: string }>(loyalty, "/v1/orders?memberId=O6&limit=2");

    expect(listed.map(({ id }) => id)).toEqual(["list-0", "list-4", "list-3", "list-2", "list-1"]);
    expect((await loyalty.expectStatus(422, "GET", "/v1/orders")).body).toMatchObject({ errors: [{ pointer: "/query/memberId" }] });
    expect((await loyalty.expectStatus(404, "GET", "/v1/orders?memberId=nobody")).body).toMatchObject({ code: "member_not_found" });
  });

  test("of another program are not found", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("own", { memberId: "O7" }) });
    await loyalty.createProgram({ ...SHOP, id: "next-door" });
    const line = { occurredAt: "2026-02-02T00:00:00Z", lines: [{ line: 1, quantity: 1 }] };

    const answers = await Promise.all([
      loyalty.request("GET", "/v1/orders/own"),
      loyalty.request("GET", "/v1/orders/own/explanation"),
      loyalty.request("POST", "/v1/orders/own/complete"),
      loyalty.request("POST", "/v1/orders/own/cancel"),
      loyalty.request("POST", "/v1/orders/own/returns", { body: { id: "R", ...line } }),
    ]);

    expect(answers.map(({ status, body }) => [status, body.code])).toEqual(answers.map(() => [404, "order_not_found"]));
    await loyalty.createProgram(SHOP);
  });
});

describe("orders that count when they are completed", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(SHOP, { ordersCount: "completed" });
  });
  afterAll(() => loyalty.close());

  test("earn nothing before, and can be revised until then", async () => {
    const placed = await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("C1", { memberId: "C" }) });
    expect(placed.body).toMatchObject({ points: [{ amount: 10, status: "expected" }] });
    expect(await pointsOf(loyalty, "C")).toMatchObject({ available: 0 });

    const { id: _id, ...cart } = orderBody("C1", { memberId: "C", unitPrice: 12000 });
    const revised = await loyalty.expectStatus(200, "PATCH", "/v1/orders/C1", { body: cart });
    expect(revised.body).toMatchObject({ totals: { net: 12000 }, points: [{ amount: 120, status: "expected" }] });

    const completed = await loyalty.expectStatus(200, "POST", "/v1/orders/C1/complete", { body: { occurredAt: "2026-02-03T00:00:00Z" } });
    expect(completed.body).toMatchObject({
      status: "completed",
      tier: { before: "bronze", after: "silver" },
      points: [{ amount: 120, status: "available" }],
    });
    expect(await pointsOf(loyalty, "C")).toMatchObject({ available: 120 });
    expect((await loyalty.request("GET", "/v1/orders/C1")).body).toMatchObject({
      status: "completed",
      points: [{ amount: 120, status: "available" }],
    });

    const late = await loyalty.expectStatus(409, "PATCH", "/v1/orders/C1", { body: cart });
    expect(late.body).toMatchObject({ code: "order_not_open" });
    const again = await loyalty.expectStatus(200, "POST", "/v1/orders/C1/complete", { body: { occurredAt: "2026-02-03T00:00:00Z" } });
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.body).toEqual(completed.body);
  });

  test("that are cancelled before give nothing", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("C2", { memberId: "D" }) });

    const cancelled = await loyalty.expectStatus(200, "POST", "/v1/orders/C2/cancel");

    expect(cancelled.body).toMatchObject({ status: "cancelled" });
    expect((await loyalty.request("GET", "/v1/orders/C2")).body).toMatchObject({ status: "cancelled", points: [] });
    expect(await pointsOf(loyalty, "D")).toMatchObject({ available: 0, accruedTotal: 0 });
    const late = await loyalty.expectStatus(409, "POST", "/v1/orders/C2/complete");
    expect(late.body).toMatchObject({ code: "order_already_cancelled" });
  });
});
