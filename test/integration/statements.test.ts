import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, SHOP } from "../support/shop.ts";

/** Points wait 14 days and live 60, so that months open with all kinds of points. */
const DATED = { ...SHOP, id: "dated-shop", autoEnroll: true, wallets: [{ id: "points", pending: "P14D", expiry: "P60D" }] };

type Points = { available: number; pending: number; held: number; debt: number };
type Total = Points & { kind: string; movements: number; points: number };
type Movement = {
  seq: number | null;
  occurredAt: string;
  points: number;
  change: Points;
  kind: string;
  source: { kind: string; id: string };
};
type Statement = {
  from: string;
  until: string;
  wallets: { wallet: string; opening: Points; closing: Points; totals: Total[] }[];
  movements: Movement[];
  movementsLeftOut: number;
};

const MONTHS = ["2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"];
const pointsIn = ({ available, pending, held, debt }: Points): Points => ({ available, pending, held, debt });
const sumOf = (parts: Points[]): Points =>
  parts.reduce<Points>(
    (sum, part) => ({
      available: sum.available + part.available,
      pending: sum.pending + part.pending,
      held: sum.held + part.held,
      debt: sum.debt + part.debt,
    }),
    { available: 0, pending: 0, held: 0, debt: 0 },
  );

describe("a member's statements", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(DATED);
    const place = (id: string, occurredAt: string, unitPrice: number) => {
      loyalty.clock.set(occurredAt);
      return loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId: "=1+1", occurredAt, unitPrice }) });
    };
    await place("+O1", "2026-01-20T12:00:00Z", 3000); // available on 3 February, expires on 4 April
    await place("O2", "2026-02-25T12:00:00Z", 2000); // available on 11 March, expires on 10 May
    await place("O3", "2026-03-31T22:59:59Z", 700); // the last second of March in London
    await place("O4", "2026-03-31T23:00:00Z", 500);
    const returned = { id: 'R"1",x', occurredAt: "2026-04-20T12:00:00Z", lines: [{ line: 1, quantity: 1 }] };
    loyalty.clock.set(returned.occurredAt);
    await loyalty.expectStatus(201, "POST", "/v1/orders/O4/returns", { body: returned });
    await place("O5", "2026-05-10T12:00:00Z", 900); // pending, due on 24 May
    loyalty.clock.set("2026-05-15T12:00:00Z");
  });
  afterAll(() => loyalty.close());

  const MEMBER = `/v1/members/${encodeURIComponent("=1+1")}`;
  const statementOf = async (month: string): Promise<Statement> =>
    (await loyalty.expectStatus<Statement>(200, "GET", `${MEMBER}/statements/${month}`)).body;

  async function expectToAddUp(): Promise<void> {
    let closed: Points = { available: 0, pending: 0, held: 0, debt: 0 };
    for (const month of MONTHS) {
      const { wallets, movements, movementsLeftOut, until } = await statementOf(month);
      const [points] = wallets;
      expect(points?.opening, month).toEqual(closed);
      closed = points?.closing ?? closed;
      expect(closed, month).toEqual(sumOf([points?.opening ?? closed, ...(points?.totals ?? [])]));
      expect(sumOf(movements.map(({ change }) => change)), month).toEqual(sumOf(points?.totals ?? []));
      expect(movementsLeftOut).toBe(0);
      if (Date.parse(until) > loyalty.clock.now().getTime()) continue;
      const before = new Date(Date.parse(until) - 1).toISOString();
      const { body } = await loyalty.expectStatus<{ wallets: { points: Points } }>(200, "GET", `${MEMBER}/balance?asOf=${before}`);
      expect(pointsIn(body.wallets.points), month).toEqual(closed);
    }
  }

  test("open with what the month before closed with, close with what a balance of that moment says, booked or not", async () => {
    await expectToAddUp();
    loyalty.clock.set("2026-06-20T12:00:00Z");
    await expectToAddUp();
    expect((await statementOf("2026-05")).movements.at(-1)).toMatchObject({ seq: null, kind: "activation" });

    await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: orderBody("O6", { memberId: "=1+1", occurredAt: "2026-06-20T12:00:00Z", unitPrice: 100 }),
    });
    await expectToAddUp();
  });

  test("begin and end with the local month", async () => {
    const [march, april] = [await statementOf("2026-03"), await statementOf("2026-04")];

    expect([march.from, march.until]).toEqual(["2026-03-01T00:00:00.000Z", "2026-03-31T23:00:00.000Z"]);
    expect(march.movements.map(({ source }) => source.id)).toContain("O3");
    expect(april.movements.map(({ source }) => source.id)).toContain("O4");
  });

  test("come as CSV whose columns sum to the closing, and in which no spreadsheet finds a formula", async () => {
    const asked = await loyalty.expectStatus<{ text: string }>(200, "GET", `${MEMBER}/statements/2026-04?format=csv`);
    const accepted = await loyalty.expectStatus<{ text: string }>(200, "GET", `${MEMBER}/statements/2026-04`, {
      headers: { accept: "text/csv, application/json;q=0.5" },
    });
    const january = await loyalty.expectStatus<{ text: string }>(200, "GET", `${MEMBER}/statements/2026-01?format=csv`);

    expect(asked.headers["content-type"]).toBe("text/csv; charset=utf-8; header=present");
    expect(accepted.body).toEqual(asked.body);
    expect(asked.body.text).toContain(',return,"R""1"",x",');
    expect(january.body.text).toContain(",order,'+O1,");
    const rows = asked.body.text
      .trim()
      .split("\r\n")
      .map((row) => row.split(","));
    const available = rows.filter(([kind]) => kind !== "row").map((row) => [row[0], Number(row.at(-4))] as const);
    const summed = available.filter(([kind]) => kind !== "closing").reduce((sum, [, points]) => sum + points, 0);
    expect(available.at(-1)).toEqual(["closing", summed]);
  });

  test("are refused for what is no month and for nobody", async () => {
    const { body } = await loyalty.expectStatus(422, "GET", `${MEMBER}/statements/2026-13`);
    expect(body).toMatchObject({ errors: [{ pointer: "/path/month" }] });
    await loyalty.expectStatus(404, "GET", "/v1/members/nobody/statements/2026-03");
  });
});

describe("points that expire soon", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
    await loyalty.createProgram({ ...DATED, wallets: [{ id: "points", expiry: "P60D" }] });
    for (const [memberId, day] of [
      ["M1", "01-20"],
      ["M1", "02-25"],
      ["M2", "02-28"],
      ["M3", "01-10"],
    ] as const) {
      const body = orderBody(`${memberId}-${day}`, { memberId, occurredAt: `2026-${day}T12:00:00Z`, unitPrice: 3000 });
      await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
    }
  });
  afterAll(() => loyalty.close());

  test("are shown of a member by wallet and date", async () => {
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/members/M1/expiring");
    expect(body).toMatchObject({ wallets: [{ wallet: "points", points: 30, dates: [{ at: "2026-03-21T12:00:00.000Z", points: 30 }] }] });

    const longer = await loyalty.expectStatus(200, "GET", "/v1/members/M1/expiring?within=P90D");
    expect(longer.body).toMatchObject({ wallets: [{ points: 60 }] });
    await loyalty.expectStatus(404, "GET", "/v1/members/nobody/expiring");
    const wrong = await loyalty.expectStatus(422, "GET", "/v1/members/M1/expiring?within=P1000D");
    expect(wrong.body).toMatchObject({ errors: [{ pointer: "/query/within" }] });
  });

  test("are listed of all members, page by page; what has expired is not among them", async () => {
    const soon = await allPages<{ memberId: string; points: number }>(loyalty, "/v1/expiring-points?limit=1");
    expect(soon.map(({ memberId, points }) => [memberId, points])).toEqual([
      ["M1", 30],
      ["M3", 30],
    ]);

    const later = await allPages<{ memberId: string; points: number }>(loyalty, "/v1/expiring-points?limit=1&within=P90D&wallet=points");
    expect(later.map(({ memberId, points }) => [memberId, points])).toEqual([
      ["M1", 60],
      ["M2", 30],
      ["M3", 30],
    ]);
    const wrong = await loyalty.expectStatus(422, "GET", "/v1/expiring-points?wallet=stars");
    expect(wrong.body).toMatchObject({ errors: [{ pointer: "/query/wallet" }] });
  });
});
