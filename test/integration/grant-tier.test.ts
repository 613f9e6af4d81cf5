import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T00:00:00Z" });
  await loyalty.createProgram({
    ...SHOP,
    tiers: [...SHOP.tiers, { id: "gold" }],
    rules: [
      { id: "sofa", when: 'order.lines.exists(l, l.sku == "A")', effects: [{ kind: "grant_tier", tier: "gold", until: "P1M/EOM" }] },
      { id: "never-down", effects: [{ kind: "grant_tier", tier: "bronze" }] },
    ],
  });
});
afterAll(() => loyalty.close());

describe("a tier that a rule grants", () => {
  test("counts from the next order on, until its end, and says which rule it was", async () => {
    const body = orderBody("o-1", { occurredAt: "2026-03-10T00:00:00Z" });
    const { body: first } = await loyalty.expectStatus(201, "POST", "/v1/orders", { body });
    expect(first).toMatchObject({
      tier: { before: "bronze", after: "gold" },
      effects: [
        { kind: "grant_tier", rule: "never-down", tier: "bronze" },
        { kind: "grant_tier", rule: "sofa", tier: "gold", until: "P1M/EOM" },
      ],
    });
    const { body: tier } = await loyalty.expectStatus(200, "GET", "/v1/members/M1/tier");
    expect(tier).toMatchObject({
      tier: "gold",
      retention: { state: "granted", nextReviewAt: "2026-04-30T23:00:00.000Z" },
      history: [{ cause: "rule", reason: "sofa", sourceId: "o-1" }, { cause: "enrolment" }],
    });

    loyalty.clock.set("2026-04-30T23:00:00Z");
    await loyalty.runJobs();

    const { body: after } = await loyalty.expectStatus(200, "GET", "/v1/members/M1/tier");
    expect(after).toMatchObject({ tier: "bronze", retention: null, reviews: [{ outcome: "downgraded", tier: "gold", to: "bronze" }] });
    const { body: verified } = await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification");
    expect(verified.differences).toEqual([]);
  });

  test("must be one of the program", async () => {
    const rules = [{ id: "r", effects: [{ kind: "grant_tier", tier: "platinum" }] }];
    const { body } = await loyalty.expectStatus(422, "PUT", "/v1/program", { body: { ...SHOP, rules } });
    expect(body).toMatchObject({ code: "program_invalid", errors: [{ pointer: "/rules/0/effects/0/tier", code: "unknown_tier" }] });
  });
});
