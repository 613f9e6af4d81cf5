import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { orderInFen, placed, pointsIn } from "../support/orders-in-fen.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Explanation = { rules: { rule: string; matched: boolean; reason?: unknown }[] };

/** Program C of the domain. */
describe("plus-membership", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-07-01T00:00:00+08:00" });
    await loyalty.createProgram("plus-membership");
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "plus", attributes: { plus: true } } });
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "basic" } });
  });
  afterAll(() => loyalty.close());

  /** An order of the instant that the clock is moved to. */
  const order = async (memberId: string, at: string, gross: number) => {
    loyalty.clock.set(at);
    const id = `${memberId}-${at}-${gross}`;
    const answer = await placed(loyalty, orderInFen(id, memberId, at, [gross]));
    return { id, ...answer };
  };
  const memberDayOf = async (orderId: string) => {
    const path = `/v1/orders/${encodeURIComponent(orderId)}/explanation`;
    const { body } = await loyalty.expectStatus<Explanation>(200, "GET", path);
    return body.rules.find(({ rule }) => rule === "member-day");
  };

  test.each([
    ["2026-08-07T15:59:59.999Z", 33_333, 5000, 28_333, 283],
    ["2026-08-07T16:00:00.000Z", 33_333, 8333, 25_000, 250],
    ["2026-08-07T16:00:00.000Z", 33_332, 3333, 29_999, 299],
    ["2026-08-08T15:59:59.999Z", 33_333, 8333, 25_000, 250],
    ["2026-08-08T15:59:59.999Z", 33_332, 3333, 29_999, 299],
    ["2026-08-08T16:00:00.000Z", 33_333, 5000, 28_333, 283],
  ])("case 9: at %s %d fen are %d off, net %d, %d points, shipping 0", async (at, gross, discount, net, points) => {
    const answer = await order("plus", at, gross);

    expect(answer.totals).toEqual({ gross, discount, net, shipping: 0, payable: net });
    expect(pointsIn(answer)).toBe(points);
  });

  test("case 9: the explanation says when the next member day begins, over the ends of month and year", async () => {
    for (const [at, next] of [
      ["2026-08-08T16:00:00Z", "2026-09-07T16:00:00.000Z"],
      ["2026-08-31T15:59:59Z", "2026-09-07T16:00:00.000Z"],
      ["2026-08-31T16:00:00Z", "2026-09-07T16:00:00.000Z"],
      ["2026-12-31T16:00:00Z", "2027-01-07T16:00:00.000Z"],
    ] as const) {
      const { id } = await order("plus", at, 1000);
      expect(await memberDayOf(id), at).toMatchObject({ matched: false, reason: { kind: "not_scheduled", field: "daysOfMonth", next } });
    }
  });

  test("the member day is not for the basic level without plus", async () => {
    const { id, totals } = await order("basic", "2027-01-08T00:00:00+08:00", 33_333);

    expect(totals).toMatchObject({ discount: 5000, net: 28_333, shipping: 1000 });
    expect(await memberDayOf(id)).toMatchObject({ matched: false, reason: { kind: "condition" } });
  });
});
