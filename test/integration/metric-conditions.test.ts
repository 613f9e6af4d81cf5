import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const LOYAL = {
  id: "loyal",
  when: 'member.metric("spend", "30d") >= 4900',
  effects: [{ kind: "discount_percent", percent: 50 }],
};
const WELCOME = { id: "welcome", when: "member.isFirstOrder", effects: [{ kind: "discount_amount", amount: 100 }] };
const rules = [LOYAL, WELCOME];

type Answer = { totals: { discount: number }; quoteToken: string };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-06-30T12:00:00Z" });
});
afterAll(() => loyalty.close());

const publish = (id: string, change: object = {}) => loyalty.createProgram({ ...SHOP, id, tiers: [{ id: "bronze" }], rules, ...change });
const bodyOf = (id: string, day: string, change: object = {}) =>
  orderBody(id, { occurredAt: `${day}T10:00:00Z`, unitPrice: 5000, ...change });
const place = (id: string, day: string, change: object = {}) =>
  loyalty.expectStatus<Answer>(201, "POST", "/v1/orders", { body: bodyOf(id, day, change) });
const discountOf = async (id: string, day: string, change: object = {}) => (await place(id, day, change)).body.totals.discount;
const quote = async (day: string) => {
  const { id: _id, ...cart } = bodyOf("", day);
  return (await loyalty.expectStatus<Answer>(200, "POST", "/v1/quotes", { body: cart })).body;
};

describe("conditions on what a member did before", () => {
  test("see the sums before the order, as of its day, and lose what leaves the window", async () => {
    await publish("windows");

    expect(await discountOf("W1", "2026-05-01")).toBe(100);
    expect(await discountOf("W2", "2026-05-30")).toBe(2500);
    expect(await discountOf("W3", "2026-05-31")).toBe(0);
    await expectSoundLedger(loyalty);
  });

  test("a quote sees the same as the order", async () => {
    await publish("quotes");

    expect((await quote("2026-06-10")).totals.discount).toBe(100);
    await place("Q1", "2026-06-10");
    expect((await quote("2026-06-10")).totals.discount).toBe(2500);
    expect(await discountOf("Q2", "2026-06-10")).toBe(2500);
  });

  test("an order that comes late sees what was before its day", async () => {
    await publish("late");
    await place("L1", "2026-06-20");

    expect(await discountOf("L2", "2026-06-01")).toBe(100);
    expect(await discountOf("L3", "2026-06-02")).toBe(2500);
    await expectSoundLedger(loyalty);
  });

  test("also when it comes in one batch with a later one", async () => {
    await publish("batch");
    await place("B1", "2026-06-10");
    const together = await Promise.all([discountOf("B2", "2026-06-25"), discountOf("B3", "2026-06-12")]);

    expect(together).toEqual([2500, 2500]);
    await expectSoundLedger(loyalty);
  });

  test("an order that was sent back counts for nothing", async () => {
    await publish("returned");
    await place("R1", "2026-06-10");
    await loyalty.expectStatus(200, "POST", "/v1/orders/R1/cancel", { body: { occurredAt: "2026-06-11T00:00:00Z" } });

    expect(await discountOf("R2", "2026-06-12")).toBe(100);
  });

  test("a quoted order gets its price when the rules in force no longer keep the sum, or look at none", async () => {
    for (const [id, change] of [
      ["quoted-other", { rules: [{ ...LOYAL, when: 'member.metric("orders", "7d") > 5' }] }],
      ["quoted-none", { rules: [] }],
    ] as const) {
      await publish(id);
      await place(`${id}-1`, "2026-05-01");
      await place(`${id}-2`, "2026-06-10");
      const { quoteToken, totals } = await quote("2026-06-12");
      expect(totals.discount).toBe(2500);
      await loyalty.expectStatus(200, "PUT", "/v1/program", { body: { ...SHOP, id, tiers: [{ id: "bronze" }], ...change } });

      expect(await discountOf(`${id}-3`, "2026-06-12", { quoteToken })).toBe(2500);
      expect(await discountOf(`${id}-4`, "2026-06-12")).toBe(0);
      await expectSoundLedger(loyalty);
    }
  });

  test("a sum that was not kept before is there from the first order under the new version on", async () => {
    await publish("new-sum", { rules: [] });
    await place("N1", "2026-06-10");
    await loyalty.expectStatus(200, "PUT", "/v1/program", { body: { ...SHOP, id: "new-sum", tiers: [{ id: "bronze" }], rules } });

    expect((await quote("2026-06-11")).totals.discount).toBe(2500);
    expect(await discountOf("N2", "2026-06-11")).toBe(2500);
  });

  test("a metric that there is not is refused with its place, and nothing is published", async () => {
    await publish("refused");
    const broken = [{ ...LOYAL, when: 'member.metric("spend", "fortnight") > 1' }];
    const { body } = await loyalty.expectStatus(422, "PUT", "/v1/program", {
      body: { ...SHOP, id: "refused", tiers: [{ id: "bronze" }], rules: broken },
    });

    expect(body).toMatchObject({ code: "program_invalid", errors: [{ pointer: "/rules/0/when", code: "condition_unknown_window" }] });
    expect((await loyalty.expectStatus<{ version: number }>(200, "GET", "/v1/program")).body.version).toBe(1);
  });
});
