import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const [bronze, silver] = SHOP.tiers;
const spend = (atLeast: number) => ({ any: [{ metric: "spend", window: "365d", atLeast }] });
const gold = { id: "gold", qualification: spend(50_000) };
const LADDER = { ...SHOP, tiers: [bronze, silver, gold] };

let loyalty: TestService;
beforeEach(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram(LADDER);
  for (const [memberId, unitPrice] of [
    ["poor", 1000],
    ["mid", 20_000],
    ["rich", 60_000],
  ] as const) {
    const body = orderBody(`of-${memberId}`, { memberId, unitPrice });
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
  }
});
afterEach(() => loyalty.close());

const publish = async (tiers: unknown[], query = "") =>
  (await loyalty.expectStatus<{ affected?: unknown[] }>(200, "PUT", `/v1/program${query}`, { body: { ...LADDER, tiers } })).body;
const tierOf = async (memberId: string) =>
  (await loyalty.expectStatus(200, "GET", `/v1/members/${memberId}/tier`)).body as {
    tier: string;
    history: unknown[];
    retention: { nextReviewAt: string | null } | null;
  };

describe("a ladder that changes", () => {
  test("says in its dry run whom it concerns, and moves nobody by itself", async () => {
    const dearer = [bronze, { ...silver, qualification: spend(30_000) }, gold];
    const affected = [{ tier: "silver", change: "changed", members: 1, examples: ["mid"] }];

    expect((await publish(dearer, "?dryRun=true")).affected).toEqual(affected);
    expect((await publish(dearer)).affected).toEqual(affected);
    await loyalty.runJobs();

    expect((await tierOf("mid")).tier).toBe("silver");
    expect((await publish([bronze, { ...silver, qualification: spend(30_000), benefits: {} }, gold])).affected).toBeUndefined();
  });

  test("moves at once who no longer keeps the tier, where the publisher says so", async () => {
    const kept = { ...silver, qualification: spend(30_000), retention: { review: "year", downgrade: "to_qualified", graceDays: 0 } };

    await publish([bronze, kept, gold], "?members=at_once");
    loyalty.clock.advance(1000);
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 1 });

    expect(await tierOf("mid")).toMatchObject({ tier: "bronze", history: [{ from: "silver", to: "bronze", cause: "review" }, {}, {}] });
    expect((await tierOf("rich")).tier).toBe("gold");
    expect(await loyalty.runJobs()).toMatchObject({ "tier-reviews": 0 });
  });

  test("a tier that is dropped counts as the first, until a review finds the one that is qualified", async () => {
    const { affected } = await publish([bronze, { id: "plus", qualification: spend(15_000) }], "?members=at_once");
    expect(affected).toEqual([
      { tier: "gold", change: "dropped", members: 1, examples: ["rich"] },
      { tier: "silver", change: "dropped", members: 1, examples: ["mid"] },
    ]);
    expect((await tierOf("rich")).tier).toBe("bronze");

    await loyalty.runJobs();

    expect(await tierOf("rich")).toMatchObject({ tier: "plus", history: [{ from: "gold", to: "plus", cause: "ladder_change" }, {}, {}] });
    expect((await tierOf("mid")).tier).toBe("plus");
    const { body } = await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification");
    expect(body.differences).toEqual([]);
  });

  test("members of a tier that gets a retention get their next review", async () => {
    await publish([bronze, { ...silver, retention: { review: "year" } }, gold]);
    expect((await tierOf("mid")).retention).toMatchObject({ nextReviewAt: null });

    await loyalty.runJobs();

    expect((await tierOf("mid")).retention).toMatchObject({ nextReviewAt: "2027-01-01T00:00:00.000Z" });
    expect((await tierOf("mid")).tier).toBe("silver");
  });
});
