import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completed, openMember, orderInFen, placed } from "../support/orders-in-fen.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Review = {
  dueAt: string;
  outcome: string;
  tier: string;
  to: string;
  asOf: string;
  criteria: { value: number; missing: number }[];
  until: string | null;
};
type Tier = {
  tier: string;
  since: string;
  retention: { state: string; nextReviewAt: string | null; sentence: string } | null;
  reviews: Review[];
  history: { from: string | null; to: string; cause: string; occurredAt: string }[];
};

let loyalty: TestService;
const tierOf = async (memberId: string): Promise<Tier> =>
  (await loyalty.expectStatus<Tier>(200, "GET", `/v1/members/${memberId}/tier`)).body;
const eventsOf = (memberId: string) =>
  loyalty.database.query<{ type: string; data: Record<string, unknown>; at: Date }>(
    `select type, data, occurred_at as at from events join members using (program_id, member_key)
      where members.id = $1 and type like 'tier.%' order by events.version, n`,
    [memberId],
  );
async function noDifference() {
  const { body } = await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification");
  expect(body.differences).toEqual([]);
}

describe("program A: silver is kept to the end of the next month", () => {
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T00:00:00+08:00" });
    await loyalty.createProgram("activity-mall");
  });
  afterAll(() => loyalty.close());

  async function buy(memberId: string, ...instants: string[]) {
    for (const at of instants) {
      loyalty.clock.set(at);
      await placed(loyalty, orderInFen(`${memberId}-${at}`, memberId, at, [10_000]));
      await completed(loyalty, `${memberId}-${at}`, at);
    }
  }

  test("it is lost with the first instant of the month after, unless three orders came in the month before", async () => {
    const march = ["2026-03-01T00:00:00+08:00", "2026-03-15T12:00:00+08:00", "2026-03-31T23:59:59+08:00"];
    await buy("loses", ...march);
    await buy("keeps", ...march);
    expect(await tierOf("loses")).toMatchObject({
      tier: "silver",
      retention: { state: "kept", nextReviewAt: "2026-04-30T16:00:00.000Z", sentence: "nothing is missing to keep silver" },
    });

    await buy("keeps", "2026-04-01T00:00:00+08:00", "2026-04-15T12:00:00+08:00", "2026-04-30T23:59:59+08:00");
    await buy("loses", "2026-04-30T23:59:58+08:00");
    expect((await tierOf("loses")).retention?.sentence).toBe("2 orders to keep silver");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 0 });

    loyalty.clock.set("2026-05-01T00:00:00+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 2 });
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 0 });

    expect(await tierOf("loses")).toMatchObject({
      tier: "regular",
      since: "2026-04-30T16:00:00.000Z",
      retention: null,
      reviews: [{ outcome: "downgraded", tier: "silver", to: "regular", asOf: "2026-04-30", criteria: [{ value: 1, missing: 2 }] }],
      history: [{ from: "silver", to: "regular", cause: "review" }, { to: "silver", cause: "qualification" }, { cause: "enrolment" }],
    });
    expect(await tierOf("keeps")).toMatchObject({
      tier: "silver",
      retention: { nextReviewAt: "2026-05-31T16:00:00.000Z" },
      reviews: [{ outcome: "kept", asOf: "2026-04-30", criteria: [{ value: 3, missing: 0 }] }],
    });
    expect((await eventsOf("loses")).map(({ type, data }) => [type, data])).toEqual([
      ["tier.upgraded", { from: "regular", to: "silver", cause: "qualification", sourceId: `loses-${march[2]}` }],
      ["tier.downgraded", { from: "silver", to: "regular", cause: "review", sourceId: null }],
    ]);
    await noDifference();
  });

  test("reviews that were missed come in the order of their time, and an order that comes late sees the tier of its day", async () => {
    loyalty.clock.set("2026-09-01T00:00:00+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 1 });
    expect(await tierOf("keeps")).toMatchObject({ tier: "regular", since: "2026-05-31T16:00:00.000Z" });

    const late = await placed(loyalty, orderInFen("late", "keeps", "2026-05-20T12:00:00+08:00", [10_000]));
    expect(late.tier.before).toBe("silver");
    expect(late.totals.discount).toBe(200);
    await noDifference();
  });
});

describe("program B: one tier down at most per review, after 30 days of grace", () => {
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-01-01T12:00:00+08:00" });
    await loyalty.createProgram("spend-beauty");
  });
  afterAll(() => loyalty.close());

  test("gold falls to silver and then to regular, each after its grace; who makes up for it stays", async () => {
    await openMember(loyalty, "falls", "2026-01-01T12:00:00+08:00", { tier: "gold", spend: 100_000 });
    await openMember(loyalty, "recovers", "2026-01-01T12:00:00+08:00", { tier: "gold", spend: 100_000 });
    await loyalty.runJobs();
    // The last day on which the spend of 1 January counts is 31 December.
    loyalty.clock.set("2027-01-01T00:00:00+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 0 });

    loyalty.clock.set("2027-01-02T00:00:00+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 2 });
    const until = "2027-01-31T16:00:00.000Z";
    expect(await tierOf("falls")).toMatchObject({
      tier: "gold",
      retention: { state: "grace", nextReviewAt: until },
      reviews: [{ outcome: "grace", to: "gold", until }],
    });
    const [, warning] = await eventsOf("falls");
    expect(warning).toMatchObject({
      type: "tier.will_downgrade",
      data: { tier: "gold", to: "silver", until, requires: "any", missing: [{ metric: "spend", missing: 100_000 }, { metric: "points" }] },
    });

    await placed(loyalty, orderInFen("recovery", "recovers", "2027-01-02T00:00:00+08:00", [125_000]));
    loyalty.clock.set("2027-01-31T23:59:59+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 0 });
    loyalty.clock.set("2027-02-01T00:00:00+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 2 });
    expect(await tierOf("falls")).toMatchObject({ tier: "silver", since: until });
    expect(await tierOf("recovers")).toMatchObject({ tier: "gold", retention: { state: "kept", nextReviewAt: null } });

    loyalty.clock.set("2027-02-02T00:00:00+08:00");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 1 });
    loyalty.clock.set("2027-03-04T00:00:00+08:00");
    await loyalty.runJobs();
    expect(await tierOf("falls")).toMatchObject({ tier: "regular", since: "2027-03-03T16:00:00.000Z", retention: null });
    expect((await eventsOf("falls")).map(({ type }) => type).slice(1)).toEqual([
      "tier.will_downgrade",
      "tier.downgraded",
      "tier.will_downgrade",
      "tier.downgraded",
    ]);
    await noDifference();
  });
});
