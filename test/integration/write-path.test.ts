import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

const order = (id: string, memberId: string, unitPrice: number, more: Record<string, unknown> = {}) => ({
  id,
  memberId,
  occurredAt: "2026-03-01T00:00:00Z",
  currency: "GBP",
  lines: [{ line: 1, sku: "a", quantity: 1, unitPrice }],
  ...more,
});

describe("a batch of commands", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
    await service.createProgram("retail-gbp");
  });
  afterAll(() => service.close());

  const place = (body: Record<string, unknown>) => service.request("POST", "/v1/orders", { body });
  const countOf = async (sql: string): Promise<number> =>
    Number((await service.database.query<{ n: string }>(`select count(*) as n from ${sql}`))[0]?.n);

  test("lets a refused command fail alone and leaves no trace of it", async () => {
    const bodies = Array.from({ length: 40 }, (_, n) =>
      order(`alone-${n}`, `alone-${n % 7}`, 1_000, n % 4 === 3 ? { currency: "EUR" } : {}),
    );

    const answers = await Promise.all(bodies.map(place));

    expect(answers.map(({ status }) => status)).toEqual(bodies.map((_, n) => (n % 4 === 3 ? 422 : 201)));
    expect(await countOf("orders where order_id like 'alone-%'")).toBe(30);
    expect(await countOf("directory where id like 'alone-%'")).toBe(30);
  });

  test("enrols nobody whose first order was refused", async () => {
    const { status } = await place(order("refused-1", "never-enrolled", 1_000, { currency: "EUR" }));

    expect(status).toBe(422);
    expect(await countOf("members where id = 'never-enrolled'")).toBe(0);
    expect(await countOf("members where status = 'placeholder'")).toBe(0);
    expect(await countOf("accounts a where not exists (select from members m where m.member_key = a.member_key)")).toBe(0);
  });

  test("splits on an error of the database until the guilty command stands alone, which is refused", async () => {
    const huge = Number.MAX_SAFE_INTEGER;
    await place(order("huge-1", "huge", huge));
    const others = Array.from({ length: 20 }, (_, n) => order(`beside-${n}`, `beside-${n}`, 1_000));

    const [first, ...rest] = await Promise.all([order("huge-2", "huge", huge), ...others].map(place));

    expect(first).toMatchObject({ status: 422, body: { code: "amount_out_of_range" } });
    expect(rest.map(({ status }) => status)).toEqual(others.map(() => 201));
    expect(await countOf("orders where order_id = 'huge-2'")).toBe(0);
    await service.expectStatus(200, "GET", "/v1/members/huge/balance?consistency=strong");
  });

  test("takes an id for the command that was accepted, not for the refused one that came first", async () => {
    const [refused, accepted] = await Promise.all([
      place(order("second-wins", "first-member", 1_000, { currency: "EUR" })),
      place(order("second-wins", "second-member", 2_000)),
    ]);

    expect([refused?.status, accepted?.status]).toEqual([422, 201]);
    const again = await place(order("second-wins", "second-member", 2_000));
    expect(again).toMatchObject({ status: 200, body: { memberId: "second-member" }, headers: { "idempotent-replayed": "true" } });
    expect(await place(order("second-wins", "first-member", 1_000))).toMatchObject({ status: 409, body: { code: "id_reused" } });
  });

  test("claims an id for whoever gets it, also where the first to name it is no member", async () => {
    const closed = await startTestService();
    try {
      await closed.createProgram("retail-gbp", { autoEnroll: false });
      await closed.expectStatus(201, "POST", "/v1/members", { body: { id: "known" } });
      const send = (memberId: string) => closed.request("POST", "/v1/orders", { body: order("one-id", memberId, 1_000) });

      const [unknown, known] = await Promise.all([send("unknown"), send("known")]);

      expect([unknown?.status, known?.status]).toEqual([404, 201]);
      expect(await closed.database.query("select id from directory")).toEqual([{ id: "one-id" }]);
      expect(await send("known")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
      const { body } = await closed.expectStatus<{ differenceCount: number }>(200, "GET", "/v1/verification");
      expect(body.differenceCount).toBe(0);
    } finally {
      await closed.close();
    }
  });

  test("refuses a step on another member's order, also when it was taken before", async () => {
    await place(order("of-owner", "owner", 1_000));
    await place(order("of-other", "other", 1_000));
    const line = { type: "complete", orderId: "of-owner", occurredAt: "2026-03-01T00:00:00Z" };
    const importLine = async (memberId: string) => {
      const request = { body: `${JSON.stringify({ ...line, memberId })}\n`, headers: { "content-type": "application/x-ndjson" } };
      const { body } = await service.expectStatus<{ text: string }>(200, "POST", "/v1/import", request);
      return JSON.parse(body.text) as object;
    };

    expect(await importLine("owner")).toMatchObject({ status: 201 });
    expect(await importLine("other")).toMatchObject({ status: 422, code: "order_member_mismatch" });
    expect(await importLine("owner")).toMatchObject({ status: 200, replayed: true });
  });

  test("decides an order that comes late by the tier of its own time", async () => {
    const at = (occurredAt: string) => ({ occurredAt });
    await place(order("late-1", "late", 60_000, at("2026-02-01T10:00:00Z"))); // silver from then on
    await place(order("late-2", "late", 160_000, at("2026-02-10T10:00:00Z"))); // gold from then on

    const late = await place(order("late-3", "late", 10_000, at("2026-02-05T10:00:00Z")));
    const earliest = await place(order("late-4", "late", 10_000, at("2026-01-05T10:00:00Z")));

    expect(late.body).toMatchObject({ totals: { discount: 200 }, tier: { before: "silver", after: "gold" } });
    expect(earliest.body).toMatchObject({ totals: { discount: 0 }, tier: { before: "bronze", after: "gold" } });
  });

  test("finds the tier of a late order's time also where the batch itself has changed the tier", async () => {
    await place(order("race-1", "racer", 60_000, { occurredAt: "2026-02-01T10:00:00Z" }));

    const [, late] = await Promise.all([
      place(order("race-2", "racer", 160_000, { occurredAt: "2026-02-10T10:00:00Z" })),
      place(order("race-3", "racer", 10_000, { occurredAt: "2026-02-05T10:00:00Z" })),
    ]);

    expect(late?.body).toMatchObject({ tier: { before: "silver", after: "gold" }, totals: { discount: 200 } });
  });

  test("moves tier windows on when a new rule set looks at others", async () => {
    await place(order("moved-1", "moved", 40_000, { occurredAt: "2025-06-01T10:00:00Z" }));
    await place(order("moved-2", "moved", 5_000, { occurredAt: "2026-02-20T10:00:00Z" }));
    const tiers = [{ id: "bronze" }, { id: "month", qualification: { any: [{ metric: "spend", window: "month", atLeast: 6_000 }] } }];
    await service.createProgram("retail-gbp", { tiers, tests: [] });

    const below = await place(order("moved-3", "moved", 900, { occurredAt: "2026-02-21T10:00:00Z" }));
    const reached = await place(order("moved-4", "moved", 100, { occurredAt: "2026-02-22T10:00:00Z" }));

    expect(below.body).toMatchObject({ tier: { after: "bronze" } });
    expect(reached.body).toMatchObject({ tier: { after: "month" } });
    const { body } = await service.expectStatus<{ differenceCount: number }>(200, "GET", "/v1/verification");
    expect(body.differenceCount).toBe(0);
  });
});
