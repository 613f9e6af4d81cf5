import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const MEMBERS = 300; // more than a page

const withRetention = (retention: Record<string, unknown>, timeZone = "Europe/London") => ({
  ...SHOP,
  timeZone,
  tiers: SHOP.tiers.map((tier) => (tier.id === "silver" ? { ...tier, retention } : tier)),
});

let loyalty: TestService;
beforeEach(async () => {
  loyalty = await startTestService({ now: "2026-03-01T00:00:00Z" });
});
afterEach(() => loyalty.close());

const rows = <Row extends Record<string, unknown>>(sql: string) => loyalty.database.query<Row>(sql);

async function import_(lines: object[]) {
  const body = lines.map((line) => JSON.stringify(line)).join("\n");
  await loyalty.expectStatus(200, "POST", "/v1/import", { body, headers: { "content-type": "application/x-ndjson" } });
}

const silverOrder = (memberId: string, occurredAt: string) => ({
  type: "order",
  ...orderBody(`of-${memberId}-${occurredAt}`, { memberId, occurredAt, unitPrice: 10_000 }),
});

describe("reviews of many members", () => {
  const silverMembers = () => import_(Array.from({ length: MEMBERS }, (_, index) => silverOrder(`m-${index}`, "2026-02-10T12:00:00Z")));

  test("are made once each when two processes run the job at once", async () => {
    await loyalty.createProgram(withRetention({ review: "P1Y/EOM", graceDays: 30 }));
    await silverMembers();
    const other = await startTestService({ database: loyalty.database, now: "2027-03-01T00:00:00Z" });
    loyalty.clock.set("2027-03-01T00:00:00Z");
    try {
      const done = await Promise.all([loyalty.runJobs(), other.runJobs(), loyalty.runJobs(), other.runJobs()]);

      expect(done.reduce((sum, { "tier-reviews": count = 0 }) => sum + count, 0)).toBe(MEMBERS);
      expect(await rows("select outcome, count(*)::integer as n from tier_review_results group by outcome")).toEqual([
        { outcome: "grace", n: MEMBERS },
      ]);
      expect(await rows("select count(*)::integer as n from events where type = 'tier.will_downgrade'")).toEqual([{ n: MEMBERS }]);
    } finally {
      await other.close();
    }
  });

  test("that were cut off in the middle are taken up by the next run", async () => {
    await loyalty.createProgram(withRetention({ review: "year" }));
    await silverMembers();
    await loyalty.database.query("update tier_reviews set due_at = 'infinity' where member_key % 2 = 0"); // as if half were not due yet
    loyalty.clock.set("2028-01-01T00:00:00Z");
    // Some of the first page fail: as a process that dies leaves them.
    await loyalty.database.query("alter table tier_review_results add constraint broken check (member_key % 10 <> 1)");
    await expect(loyalty.runJobs()).rejects.toThrow(/commands failed/);
    const [{ n: before }] = (await rows<{ n: number }>("select count(*)::integer as n from tier_review_results")) as [{ n: number }];
    expect(before).toBeGreaterThan(0);
    await loyalty.database.query("alter table tier_review_results drop constraint broken");

    await loyalty.runJobs();
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 0 });

    // 2026 was fulfilled in the review of 1 January 2027, nothing in that of 1 January 2028.
    expect(
      await rows("select outcome, due_at, count(*)::integer as n from tier_review_results group by outcome, due_at order by due_at"),
    ).toEqual([
      { outcome: "kept", due_at: new Date("2027-01-01T00:00:00Z"), n: MEMBERS / 2 },
      { outcome: "downgraded", due_at: new Date("2028-01-01T00:00:00Z"), n: MEMBERS / 2 },
    ]);
    const { body } = await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification");
    expect(body.differences).toEqual([]);
  });
});

describe("a review is due as a local day begins", () => {
  const reviewsOf = async (memberId: string) => {
    const { body } = await loyalty.expectStatus<{ tier: string; reviews: { dueAt: string; asOf: string }[] }>(
      200,
      "GET",
      `/v1/members/${memberId}/tier`,
    );
    return { tier: body.tier, reviews: body.reviews.map(({ dueAt, asOf }) => [dueAt, asOf]) };
  };

  test("on the anniversary of joining, 28 February for who joined on the 29th", async () => {
    await loyalty.createProgram(withRetention({ review: "anniversary" }, "Asia/Shanghai"));
    await import_([
      { type: "member", id: "leap", enrolledAt: "2024-02-29T12:00:00+08:00" },
      silverOrder("leap", "2026-02-28T23:59:59+08:00"),
    ]);

    loyalty.clock.set("2027-02-27T23:59:59+08:00");
    await loyalty.runJobs();
    expect(await reviewsOf("leap")).toEqual({ tier: "silver", reviews: [] });
    loyalty.clock.set("2027-02-28T00:00:00+08:00");
    await loyalty.runJobs();
    // The spend of 28 February 2026 is the oldest that 365 days up to 27 February still hold.
    expect(await reviewsOf("leap")).toEqual({ tier: "silver", reviews: [["2027-02-27T16:00:00.000Z", "2027-02-27"]] });
    loyalty.clock.set("2028-03-01T00:00:00+08:00");
    await loyalty.runJobs();
    expect((await reviewsOf("leap")).reviews[0]).toEqual(["2028-02-28T16:00:00.000Z", "2028-02-28"]);
  });

  test("where the clock is moved at midnight the day begins at one", async () => {
    await loyalty.createProgram(withRetention({ review: "P1M" }, "Africa/Cairo"));
    loyalty.clock.set("2026-03-24T12:00:00Z");
    await import_([silverOrder("nile", "2026-03-24T10:00:00Z")]);

    loyalty.clock.set("2026-04-24T12:00:00Z"); // clocks go from 24:00 to 01:00 as 24 April begins in Cairo
    await loyalty.runJobs();

    expect(await reviewsOf("nile")).toEqual({ tier: "silver", reviews: [["2026-04-23T22:00:00.000Z", "2026-04-23"]] });
  });

  test("a member who is closed is not reviewed any more", async () => {
    await loyalty.createProgram(withRetention({ review: "month" }));
    await import_([silverOrder("gone", "2026-02-10T12:00:00Z")]);
    await loyalty.expectStatus(200, "PATCH", "/v1/members/gone", { body: { status: "closed" } });
    loyalty.clock.set("2028-01-01T00:00:00Z");

    await loyalty.runJobs();

    expect(await reviewsOf("gone")).toEqual({ tier: "silver", reviews: [] });
    expect(await rows("select * from tier_reviews")).toEqual([]);
  });
});
