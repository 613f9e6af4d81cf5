import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, pointsOf, SHOP } from "../support/shop.ts";

/** Points wait 14 days and live a year. */
const DATED = { ...SHOP, id: "dated-shop", wallets: [{ id: "points", pending: "P14D", expiry: "P1Y" }] };

describe("reads of points", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
    await loyalty.createProgram(DATED);
    const place = (id: string, occurredAt: string, unitPrice: number) =>
      loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { occurredAt, unitPrice }) });
    await place("O1", "2026-02-01T12:00:00Z", 3000); // 30 points, available from 15 February
    await place("O2", "2026-02-25T12:00:00Z", 2000); // 20 points, available from 11 March
    const returned = { id: "R1", occurredAt: "2026-02-27T12:00:00Z", lines: [{ line: 1, quantity: 1 }] };
    await place("O3", "2026-02-20T12:00:00Z", 500);
    await loyalty.expectStatus(201, "POST", "/v1/orders/O3/returns", { body: returned });
  });
  afterAll(() => loyalty.close());

  const wallet = (available: number, pending: number, accruedTotal: number) => ({
    available,
    pending,
    held: 0,
    debt: 0,
    accruedTotal,
    redeemedTotal: 0,
  });

  test("show what the clock has made of them, the same in balance, member, list and lots", async () => {
    const everywhere = async () => {
      const member = await loyalty.request<{ wallets: { points: unknown } }>("GET", "/v1/members/M1");
      const [listed] = await allPages<{ wallets: { points: unknown } }>(loyalty, "/v1/members?limit=10");
      const cached = await loyalty.request<{ wallets: { points: Record<string, unknown> } }>("GET", "/v1/members/M1/balance");
      const lots = await allPages<{ remaining: number; status: string }>(loyalty, "/v1/members/M1/lots?limit=1");
      const ofLots = (status: string) => lots.filter((lot) => lot.status === status).reduce((sum, lot) => sum + lot.remaining, 0);
      const { expiring: _expiring, ...fromCache } = cached.body.wallets.points;
      const strong = await pointsOf(loyalty, "M1");
      expect([member.body.wallets.points, listed?.wallets.points, fromCache]).toEqual([strong, strong, strong]);
      expect([ofLots("available"), ofLots("pending")]).toEqual([strong.available, strong.pending]);
      return strong;
    };

    expect(await everywhere()).toEqual(wallet(30, 20, 50));
    loyalty.clock.set("2026-03-11T12:00:00Z");
    expect(await everywhere()).toEqual(wallet(50, 0, 50));
    loyalty.clock.set("2027-02-15T12:00:00Z");
    expect(await everywhere()).toEqual(wallet(20, 0, 50));
    loyalty.clock.set("2027-03-11T12:00:00Z");
    expect(await everywhere()).toEqual(wallet(0, 0, 50));
    loyalty.clock.set("2026-03-01T12:00:00Z");
  });

  test("show a balance as of any moment by business time, what was due then booked or not", async () => {
    const asOf = (moment: string) => pointsOf(loyalty, "M1", `&asOf=${moment}`);

    expect(await asOf("2026-01-31T00:00:00Z")).toEqual(wallet(0, 0, 0));
    expect(await asOf("2026-02-01T12:00:00Z")).toEqual(wallet(0, 30, 30));
    expect(await asOf("2026-02-15T11:59:59Z")).toEqual(wallet(0, 30, 30));
    expect(await asOf("2026-02-15T12:00:00Z")).toEqual(wallet(30, 0, 30));
    expect(await asOf("2026-02-26T00:00:00Z")).toEqual(wallet(30, 25, 55));
    expect(await asOf("2026-02-28T00:00:00Z")).toEqual(wallet(30, 20, 50));
    expect(await asOf("2026-03-01T12:00:00Z")).toEqual(await pointsOf(loyalty, "M1"));
    expect(await asOf("2026-03-12T00:00:00Z")).toEqual(wallet(50, 0, 50));
  });

  test("show a balance as it was known when each movement was recorded", async () => {
    const entries = await allPages<{ seq: number; kind: string; recordedAt: string }>(loyalty, "/v1/members/M1/entries?limit=200");
    const accruals = entries.filter(({ kind }) => kind === "accrual").reverse();
    const [, second] = accruals;
    // Recorded with microseconds, shown with milliseconds: one more holds the movement itself.
    const justAfter = new Date(Date.parse(second?.recordedAt ?? "") + 1).toISOString();

    expect(await pointsOf(loyalty, "M1", `&asOf=2026-02-28T00:00:00Z&knownAt=${justAfter}`)).toEqual(wallet(30, 20, 50));
    expect(await pointsOf(loyalty, "M1", "&asOf=2026-02-28T00:00:00Z&knownAt=2020-01-01T00:00:00Z")).toEqual(wallet(0, 0, 0));
  });

  test("list the ledger newest first without gaps, and what it sums to is the balance", async () => {
    type Entry = { seq: number; from: string; to: string; points: number; availableAfter: number; source: { kind: string; id: string } };
    const entries = await allPages<Entry>(loyalty, "/v1/members/M1/entries?limit=2");

    expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => entries.length - index));
    const balanceOf = (account: string) =>
      entries.reduce((sum, { from, to, points }) => sum + (to === account ? points : 0) - (from === account ? points : 0), 0);
    const { available, pending } = await pointsOf(loyalty, "M1");
    expect([balanceOf("available"), balanceOf("pending")]).toEqual([available, pending]);
    expect(entries[0]?.availableAfter).toBe(available);
    expect(entries.map(({ source }) => source)).toContainEqual({ kind: "return", id: "R1" });
    expect(await allPages(loyalty, "/v1/members/M1/entries?limit=200&wallet=points")).toEqual(entries);
    const unknown = await loyalty.expectStatus(422, "GET", "/v1/members/M1/entries?wallet=stars");
    expect(unknown.body).toMatchObject({ errors: [{ pointer: "/query/wallet" }] });
  });

  test("list the movements of a kind, a time or an order", async () => {
    type Entry = { kind: string; source: { kind: string; id: string } };
    const sources = async (query: string) =>
      (await allPages<Entry>(loyalty, `/v1/members/M1/entries?limit=1&${query}`)).map(({ kind, source }) => `${kind} of ${source.id}`);

    expect(await sources("orderId=O3")).toEqual(["clawback of R1", "accrual of O3"]);
    expect(await sources("kind=clawback")).toEqual(["clawback of R1"]);
    expect(await sources("kind=accrual&from=2026-02-20T12:00:00Z&until=2026-02-25T12:00:00Z")).toEqual(["accrual of O3"]);
    expect(await sources("orderId=O9")).toEqual([]);
    const unknown = await loyalty.expectStatus(422, "GET", "/v1/members/M1/entries?kind=gift");
    expect(unknown.body).toMatchObject({ errors: [{ pointer: "/query/kind" }] });
  });

  test("say of each lot which rules gave it for which lines", async () => {
    const body = {
      ...orderBody("P1", { memberId: "M-lots" }),
      lines: [
        { line: 1, sku: "A", quantity: 1, unitPrice: 40_000 },
        { line: 3, sku: "B", quantity: 1, unitPrice: 500 },
      ],
    };
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body });

    const [lot] = await allPages(loyalty, "/v1/members/M-lots/lots?limit=1");
    expect(lot).toMatchObject({ granted: 455, provenance: { ruleSet: 1, rules: ["big-order"], lines: [1, 3] } });
  });

  test("list open lots, and all of them when asked", async () => {
    const open = await allPages<{ source: { id: string } }>(loyalty, "/v1/members/M1/lots?limit=200");
    const all = await allPages<{ source: { id: string }; status: string; clawedBack: number }>(
      loyalty,
      "/v1/members/M1/lots?limit=1&all=true",
    );

    expect(open.map(({ source }) => source.id)).toEqual(["O2", "O1"]);
    expect(all.map(({ source }) => source.id)).toEqual(["O3", "O2", "O1"]);
    expect(all[0]).toMatchObject({ status: "used", clawedBack: 5, remaining: 0 });
  });
});

describe("reads of the tier", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
    await loyalty.createProgram(SHOP);
  });
  afterAll(() => loyalty.close());

  test("say what is missing by each criterion, as of today in the program's zone", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("T1", { unitPrice: 1700 }) });

    const { body } = await loyalty.expectStatus(200, "GET", "/v1/members/M1/tier");

    expect(body).toMatchObject({
      memberId: "M1",
      tier: "bronze",
      name: "Bronze",
      since: "2026-02-01T12:00:00.000Z",
      benefits: { multiplier: 1, discountPercent: 0, freeShippingFrom: null },
      next: {
        tier: "silver",
        requires: "any",
        criteria: [
          { metric: "spend", window: "365d", atLeast: 10000, value: 1700, missing: 8300, sentence: "83.00 GBP to silver" },
          // The order was in February; today is the first of March.
          { metric: "orders", window: "month", atLeast: 5, value: 0, missing: 5, sentence: "5 orders to silver" },
        ],
        sentence: "83.00 GBP to silver or 5 orders to silver",
      },
    });
  });

  test("say how the tier was reached", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("T2", { memberId: "M2", unitPrice: 10000 }) });

    const { body } = await loyalty.expectStatus(200, "GET", "/v1/members/M2/tier");

    expect(body).toMatchObject({
      tier: "silver",
      name: null,
      benefits: { discountPercent: 10 },
      entitlements: { free_returns: true },
      next: null,
      above: [],
      history: [
        { from: "bronze", to: "silver", cause: "qualification", sourceId: "T2", ruleSet: 1 },
        { from: null, to: "bronze", cause: "enrolment", sourceId: null },
      ],
    });
  });
});
