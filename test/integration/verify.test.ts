import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Difference, Verification } from "../../src/verify/difference.ts";
import { verifyProgram } from "../../src/verify/verify-program.ts";
import { AUDIT_CORRUPTIONS, CORRUPTIONS } from "../support/corruptions.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

/** Reached with the last order of each member. */
const SILVER = {
  id: "silver",
  qualification: { any: [{ metric: "spend", window: "365d", atLeast: 9000 }] },
  retention: { review: "month", graceDays: 10 },
};

/** Points that expire, growth value that does not, and a tier within reach. */
const PROGRAM = {
  ...SHOP,
  wallets: [
    { id: "points", expiry: "P60D" },
    { id: "growth", kind: "status", clawback: "within_balance" },
  ],
  earning: [...SHOP.earning, { wallet: "growth", points: 2, perAmount: 100 }],
  tiers: SHOP.tiers.map((tier) => (tier.id === "silver" ? SILVER : tier)),
  events: [{ type: "review_written" }],
  coupons: [{ id: "thanks", validFor: "P7D" }],
  rules: [
    ...SHOP.rules,
    {
      id: "pen",
      caps: [{ of: "uses", atMost: 100, for: "member" }],
      effects: [{ kind: "gift", sku: "pen", stock: 1000 }],
    },
    {
      id: "review",
      on: "review_written",
      caps: [{ of: "uses", atMost: 1, for: "member", per: "day" }],
      effects: [
        { kind: "bonus_points", wallet: "points", points: 7 },
        { kind: "bonus_points", wallet: "growth", points: 9 },
        { kind: "coupon", coupon: "thanks" },
      ],
    },
  ],
};

const WEBHOOK = "0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10";

/** What each member did: an order whose points have expired, two that count, a return of one unit of three, and a review. */
async function live(loyalty: TestService, memberId: string): Promise<void> {
  const order = (id: string, occurredAt: string, quantity: number) =>
    loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: orderBody(`${memberId}-${id}`, { memberId, occurredAt, quantity, unitPrice: 1050 }),
    });
  await order("old", "2025-12-01T12:00:00Z", 2);
  await order("kept", "2026-02-01T12:00:00Z", 3);
  await order("last", "2026-02-20T12:00:00Z", 4);
  const body = { id: `${memberId}-back`, occurredAt: "2026-02-25T00:00:00Z", lines: [{ line: 1, quantity: 1 }] };
  await loyalty.expectStatus(201, "POST", `/v1/orders/${memberId}-kept/returns`, { body });
  const review = { id: `${memberId}-review`, type: "review_written", memberId, occurredAt: "2026-02-21T12:00:00Z" };
  await loyalty.expectStatus(201, "POST", "/v1/events", { body: review });
  const adjustment = { id: `${memberId}-adj`, wallet: "growth", points: 3, reason: "a correction" };
  await loyalty.expectStatus(201, "POST", `/v1/members/${memberId}/adjustments`, { body: adjustment });
  const accrued = await loyalty.expectStatus<{ data: { seq: number }[] }>(
    200,
    "GET",
    `/v1/members/${memberId}/entries?wallet=growth&kind=accrual&limit=1`,
  );
  const reversal = { reason: "no real review" };
  await loyalty.expectStatus(201, "POST", `/v1/members/${memberId}/entries/${accrued.body.data[0]?.seq}/reversal`, { body: reversal });
  for (const [id, points] of Object.entries({ open: 3, part: 2 })) {
    const hold = { id: `${memberId}-${id}`, points, expiresAt: "2026-03-20T00:00:00Z" };
    await loyalty.expectStatus(201, "POST", `/v1/members/${memberId}/holds`, { body: hold });
  }
  await loyalty.expectStatus(200, "POST", `/v1/members/${memberId}/holds/${memberId}-part/capture`, { body: { points: 1 } });
}

async function verify(url: string, membersPerStep = 3): Promise<Verification & { differences: Difference[] }> {
  // As on a standby, which takes no transaction that could write.
  const client = new pg.Client({ connectionString: url, options: "-c default_transaction_read_only=on" });
  await client.connect();
  const differences: Difference[] = [];
  try {
    const report = await verifyProgram(client, 1, {
      membersPerStep,
      chain: {},
      onDifference: (difference) => differences.push(difference),
    });
    return { ...report, differences };
  } finally {
    await client.end();
  }
}

describe("a ledger that the engine wrote", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
  });
  afterAll(() => loyalty.close());

  test("has no difference, whatever was done with it", async () => {
    await loyalty.createProgram(PROGRAM);
    for (const member of ["A", "B", "C", "D"]) await live(loyalty, member);
    await loyalty.expectStatus(200, "POST", "/v1/orders/B-last/cancel", { body: {} });
    const opening = {
      type: "openingBalance",
      id: "open-C",
      memberId: "C",
      occurredAt: "2026-02-20T18:00:00Z",
      lots: [{ wallet: "points", points: 40, expiresAt: "2026-04-01T00:00:00Z" }],
      tier: { id: "silver", since: "2025-06-01T00:00:00Z" },
      totals: { spend: 5000, orders: 2 },
    };
    const headers = { "content-type": "application/x-ndjson" };
    await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(opening)}\n`, headers });
    loyalty.clock.set("2026-04-10T00:00:00Z");
    await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: orderBody("D-spring", { memberId: "D", occurredAt: "2026-04-09T00:00:00Z" }),
    });

    await loyalty.numberEvents();
    const report = await verify(loyalty.database.url, 2);

    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({ members: 4, orders: 13, events: 4, differenceCount: 0 });
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/verification");
    expect(body).toMatchObject({
      program: "test-shop",
      members: 4,
      entries: report.entries,
      lots: report.lots,
      orders: 13,
      differences: [],
      differenceCount: 0,
    });
  });

  test("has none either where orders count when they are completed", async () => {
    await loyalty.createProgram({ ...PROGRAM, id: "completed-shop", ordersCount: "completed" });
    const place = (id: string) =>
      loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { quantity: 4, unitPrice: 1050 }) });
    const giveBack = (order: string, id: string, quantity: number) =>
      loyalty.expectStatus(201, "POST", `/v1/orders/${order}/returns`, {
        body: { id, occurredAt: "2026-02-10T00:00:00Z", lines: [{ line: 1, quantity }] },
      });
    for (const id of ["open", "before", "after", "whole"]) await place(id);
    await giveBack("before", "b1", 1);
    await giveBack("whole", "w1", 4);
    for (const id of ["before", "after"]) await loyalty.expectStatus(200, "POST", `/v1/orders/${id}/complete`, { body: {} });
    await giveBack("before", "b2", 1);
    await giveBack("after", "a1", 3);

    const { body } = await loyalty.expectStatus(200, "GET", "/v1/verification");

    expect(body).toMatchObject({ program: "completed-shop", members: 1, orders: 4, differences: [], differenceCount: 0 });
  });

  test("is verified for who may administer the program only", async () => {
    const made = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", {
      body: { name: "reader", scopes: ["members:read", "reports:read"] },
    });

    const refused = await loyalty.expectStatus(403, "GET", "/v1/verification", { key: made.body.key });

    expect(refused.body).toMatchObject({ code: "scope_missing" });
  });
});

describe("a ledger that was tampered with", () => {
  let loyalty: TestService;
  let report: Awaited<ReturnType<typeof verify>>;
  const memberOf = (index: number): string => `corrupt-${index}`;

  beforeAll(async () => {
    loyalty = await startTestService({ hasOwnEvents: true });
    await loyalty.createProgram(PROGRAM);
    await live(loyalty, "clean");
    await Promise.all(CORRUPTIONS.map((_, index) => live(loyalty, memberOf(index))));
    await loyalty.numberEvents();
    for (const [index, [, sql]] of CORRUPTIONS.entries()) {
      const key = `(select member_key from members where id = '${memberOf(index)}')`;
      await loyalty.database.query(`begin; set local session_replication_role = replica; ${sql.replaceAll(":key", key)}; commit`);
    }
    await loyalty.database.query("begin; insert into accounts (program_id, member_key, wallet) values (1, 999999, 1); commit");
    await loyalty.database.query(`begin; delete from events where type = 'rule_set.published';
      update event_batches set first_position = first_position + 7 where first_position = (select max(first_position) from event_batches); commit`);
    await loyalty.database.query("begin; update counters set used = used + 7 where member_key = 0; commit");
    await loyalty.database.query(`begin;
      insert into webhook_endpoints (program_id, endpoint_id, url, description, is_enabled, secret, created_at, position)
        values (1, '${WEBHOOK}', 'https://shop.example/', '', false, '', now(), 1000000);
      insert into webhook_deliveries (program_id, endpoint_id, position, status, attempts, updated_at)
        values (1, '${WEBHOOK}', 1000000, 'failed', 10, now()), (1, gen_random_uuid(), 1, 'failed', 10, now()); commit`);
    for (const [, sql] of AUDIT_CORRUPTIONS)
      await loyalty.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);
    report = await verify(loyalty.database.url);
  });
  afterAll(() => loyalty.close());

  test.each(CORRUPTIONS.map(([what, , checks], index) => ({ what, checks, member: memberOf(index) })))(
    "$what is found",
    ({ member, checks }) => {
      const found = report.differences.filter((difference) => difference.member === member).map(({ check }) => check);
      expect([...new Set(found)].sort()).toEqual(checks);
    },
  );

  test("changes of the configuration without their rows of audit, and rows without a change, are found", () => {
    // The webhook that was put in stands beyond the feed too.
    const webhook = { subject: `webhook ${WEBHOOK}`, expected: "a row of audit that it was made", actual: "none" };
    const expected = [...AUDIT_CORRUPTIONS.map(([, , said]) => said), webhook].map((said) => ({ check: "audit", ...said }));
    expect(new Set(report.differences.filter(({ check }) => check === "audit"))).toEqual(new Set(expected));
  });

  test("clearing that does not come to 0, and rows of nobody, are found too", () => {
    expect(report.differences).toContainEqual(expect.objectContaining({ check: "clearing", wallet: "growth", expected: "0" }));
    expect(report.differences).toContainEqual(expect.objectContaining({ check: "account_row", member: "#999999", expected: "a member" }));
  });

  test("a feed with a gap, one that ends elsewhere, and events that are gone, are found", () => {
    const subjects = report.differences.filter(({ check }) => check === "event_feed").map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject === "position" || subject === "end").sort()).toEqual(["end", "position"]);
    expect(subjects).toContain("events of batch 1");
  });

  test("a webhook and deliveries beyond the feed, and one of no webhook, are found", () => {
    const subjects = report.differences.filter(({ check }) => check === "webhook").map(({ subject }) => subject?.replace(/^.{36}/, ""));
    expect(subjects.sort()).toEqual([": delivery of 1", ": delivery of 1000000", ": position"]);
  });

  test("a counter of the program that does not add up is found", () => {
    const orders = 3 * (CORRUPTIONS.length + 1);
    // One order more was made unreadable, and one more was marked as wholly returned.
    expect(report.differences).toContainEqual({
      check: "program_counter",
      subject: "pen life gifts pen -infinity",
      expected: String(orders - 2),
      actual: String(orders + 7),
    });
  });

  test("says what is expected and what is stored, and nothing of members who are clean", () => {
    expect(report.differences).toContainEqual({
      check: "account_balance",
      member: "corrupt-0",
      wallet: "points",
      subject: "available",
      expected: "66",
      actual: "71",
    });
    expect(report.differences.filter(({ member }) => member === "clean")).toEqual([]);
    expect(report.differenceCount).toBe(report.differences.length);
  });

  test("the service answers the same differences, the first hundred of them", async () => {
    const { body } = await loyalty.expectStatus<{ differences: Difference[]; differenceCount: number }>(200, "GET", "/v1/verification");

    expect(body.differenceCount).toBe(report.differenceCount);
    expect(body.differences.length).toBe(Math.min(100, report.differenceCount));
  });
});
