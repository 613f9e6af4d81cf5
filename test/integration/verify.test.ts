import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Difference, Verification } from "../../src/verify/difference.ts";
import { verifyProgram } from "../../src/verify/verify-program.ts";
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
}

async function verify(url: string, membersPerStep = 3): Promise<Verification & { differences: Difference[] }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const differences: Difference[] = [];
  try {
    const report = await verifyProgram(client, 1, { membersPerStep, onDifference: (difference) => differences.push(difference) });
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

/** Each is done to a member of its own, past triggers and policies, and found by exactly these checks. `:key` is the member's. */
const CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  [
    "points that nobody gave",
    "update accounts set available = available + 5 where member_key = :key and wallet = 1",
    ["account_balance", "wallet_lots"],
  ],
  ["a debt from nowhere", "update accounts set debt = 5 where member_key = :key and wallet = 1", ["account_balance"]],
  [
    "a total that is off",
    "update accounts set accrued_total = accrued_total + 1 where member_key = :key and wallet = 2",
    ["account_total"],
  ],
  ["expired points that are forgotten", "update accounts set expired_total = 0 where member_key = :key and wallet = 1", ["account_total"]],
  [
    "an account that counts an entry too many",
    "update accounts set entry_seq = entry_seq + 1 where member_key = :key and wallet = 1",
    ["entry_sequence"],
  ],
  ["a lost account", "delete from accounts where member_key = :key and wallet = 2", ["account_balance", "wallet_lots"]],
  [
    "a lost entry of an expiry",
    "delete from entries where member_key = :key and kind = 4",
    ["account_balance", "account_total", "entry_sequence", "entry_uses", "lot_used", "running_balance"],
  ],
  [
    "a running balance that was touched up",
    "update entries set available_after = available_after + 1 where member_key = :key and seq = 1",
    ["running_balance"],
  ],
  [
    "an accrual that was raised",
    "update entries set points = points + 1 where member_key = :key and seq = 1",
    ["account_balance", "account_total", "lot_granted", "running_balance"],
  ],
  ["a clawback that went to clearing", "update entries set to_account = 16 where member_key = :key and wallet = 2 and kind = 3", []],
  [
    "a lot with points too few",
    "update lots set remaining = remaining - 1 where member_key = :key and source_id like '%last' and wallet = 1",
    ["lot_used", "wallet_lots"],
  ],
  [
    "a lost lot",
    "delete from lots where member_key = :key and source_id like '%last' and wallet = 2",
    ["activity", "lot_granted", "order_kept_points", "order_points", "wallet_lots"],
  ],
  [
    "a use of a lot that was changed",
    "update lot_uses set points = points + 1 where member_key = :key and points < 20",
    ["entry_uses", "lot_used"],
  ],
  [
    "a clawback that the lot forgot",
    "update lots set clawed_back = 0 where member_key = :key and wallet = 1",
    ["activity", "order_clawback", "order_kept_points"],
  ],
  ["an expiry that reads would miss", "update accounts set next_change_at = null where member_key = :key and wallet = 1", ["next_change"]],
  ["a tier that no change led to", "update accounts set tier = 'gold' where member_key = :key and wallet = 1", ["tier", "tier_review"]],
  ["a step from nowhere", "update tier_changes set from_tier = 'gold' where member_key = :key and from_tier is not null", ["tier_step"]],
  ["a review of another tier", "update tier_reviews set tier = 'gold' where member_key = :key", ["tier_review"]],
  ["a grace that no review gave", "update tier_reviews set state = 'grace' where member_key = :key", ["tier_review"]],
  [
    "an upgrade that nobody took",
    "insert into activity (program_id, member_key, day, metric, amount) values (1, :key, '2026-02-20', 'upgrade:up', 1)",
    ["tier_upgrade"],
  ],
  [
    "a month without an order",
    "insert into activity (program_id, member_key, day, metric, amount) values (1, :key, '2026-01-01', 'order_months', 1)",
    ["order_month"],
  ],
  ["a lost tier change", "delete from tier_changes where member_key = :key", ["tier"]],
  [
    "spend that nobody paid",
    "update activity set amount = amount + 1 where member_key = :key and metric = 'spend' and day = '2026-02-20'",
    ["activity", "tier_window"],
  ],
  ["a lost day", "delete from activity where member_key = :key and metric = 'points:points' and day = '2026-02-20'", ["activity"]],
  ["a window that is off", `update accounts set windows = '{"spend@365d": 1}' where member_key = :key and wallet = 1`, ["tier_window"]],
  ["an order that nobody claimed", "delete from directory where member_key = :key and kind = 1 and id like '%kept'", ["directory"]],
  ["a claim without a return", "delete from returns where member_key = :key", ["directory", "order_clawback"]],
  [
    "more units back than were bought",
    `update orders set returned = '{"1": 4}' where member_key = :key and order_id like '%kept'`,
    ["activity", "member_counter", "order_kept_points", "returned_units"],
  ],
  [
    "a decision that was rewritten",
    "update orders set decision = replace(decision::text, '\"points\":42', '\"points\":43')::json where member_key = :key and order_id like '%last'",
    ["order_points"],
  ],
  [
    "a cart that cannot be read",
    `update orders set cart = '{"lines": 1}' where member_key = :key and order_id like '%last'`,
    ["activity", "member_counter", "order_readable"],
  ],
  [
    "an order that no longer counts",
    "update orders set counted_at = null where member_key = :key and order_id like '%last'",
    ["activity", "order_points"],
  ],
  ["a use of a cap too many", "update counters set used = used + 1 where member_key = :key", ["member_counter"]],
  ["a forgotten use of a cap", "delete from counters where member_key = :key", ["member_counter"]],
  ["an event that nobody claimed", "delete from directory where member_key = :key and kind = 8", ["directory"]],
  ["a claim without an event", "delete from member_events where member_key = :key", ["activity", "directory", "member_counter"]],
  [
    "a lot of an event that was lost",
    "delete from lots where member_key = :key and source_id like '%review' and wallet = 2",
    ["activity", "event_points", "lot_granted", "wallet_lots"],
  ],
  [
    "an event whose decision was rewritten",
    "update member_events set decision = replace(decision::text, '\"points\":7', '\"points\":8')::json where member_key = :key",
    ["event_points"],
  ],
  [
    "an event that is counted twice",
    "update activity set amount = 2 where member_key = :key and metric = 'events:review_written'",
    ["activity"],
  ],
  ["a coupon that was lost", "delete from coupons where member_key = :key", ["coupon_granted"]],
  [
    "a coupon that nobody gave",
    `insert into coupons (program_id, code, member_key, coupon, rule_set, cause, source_id, issued_at, valid_from)
     values (1, '2222222222222222', :key, 'thanks', 1, 'event', 'e', now(), now())`,
    ["coupon_granted"],
  ],
  [
    "points of an event that somebody took back",
    "update lots set clawed_back = 1, remaining = remaining - 1 where member_key = :key and source_id like '%review' and wallet = 2",
    ["lot_used", "wallet_lots"],
  ],
];

describe("a ledger that was tampered with", () => {
  let loyalty: TestService;
  let report: Awaited<ReturnType<typeof verify>>;
  const memberOf = (index: number): string => `corrupt-${index}`;

  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(PROGRAM);
    await live(loyalty, "clean");
    await Promise.all(CORRUPTIONS.map((_, index) => live(loyalty, memberOf(index))));
    for (const [index, [, sql]] of CORRUPTIONS.entries()) {
      const key = `(select member_key from members where id = '${memberOf(index)}')`;
      await loyalty.database.query(`begin; set local session_replication_role = replica; ${sql.replaceAll(":key", key)}; commit`);
    }
    await loyalty.database.query("begin; insert into accounts (program_id, member_key, wallet) values (1, 999999, 1); commit");
    await loyalty.database.query("begin; update counters set used = used + 7 where member_key = 0; commit");
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

  test("clearing that does not come to 0, and rows of nobody, are found too", () => {
    expect(report.differences).toContainEqual(expect.objectContaining({ check: "clearing", wallet: "growth", expected: "0" }));
    expect(report.differences).toContainEqual(expect.objectContaining({ check: "account_row", member: "#999999", expected: "a member" }));
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
      expected: "70",
      actual: "75",
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
