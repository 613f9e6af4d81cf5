import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Answer = { points: { wallet: string; amount: number }[]; explanation: { rule: string; matched: boolean; reason?: unknown }[] };

/** Program B of the domain, what members do beside buying. */
describe("spend-beauty: check-ins", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-12-31T16:00:00Z" });
    await loyalty.createProgram("spend-beauty");
  });
  afterAll(() => loyalty.close());

  const checkIn = async (memberId: string, at: string, id = `${memberId}-${at}`) => {
    const body = { id, type: "check_in", memberId, occurredAt: at };
    return (await loyalty.expectStatus<Answer>(201, "POST", "/v1/events?explain=true", { body })).body;
  };
  const given = ({ points }: Answer) => Object.fromEntries(points.map(({ wallet, amount }) => [wallet, amount]));

  test("case 11: a second apart over midnight in Shanghai are two days", async () => {
    expect(given(await checkIn("two-days", "2026-06-09T15:59:59Z"))).toEqual({ points: 5, status: 5 });
    expect(given(await checkIn("two-days", "2026-06-09T16:00:00Z"))).toEqual({ points: 5, status: 5 });

    expect(await pointsOf(loyalty, "two-days")).toMatchObject({ available: 10, accruedTotal: 10 });
  });

  test("case 11: a second one on a day gives nothing, and says why", async () => {
    await checkIn("eager", "2026-06-10T00:00:00+08:00");

    const again = await checkIn("eager", "2026-06-10T23:59:59.999+08:00");

    expect(given(again)).toEqual({});
    expect(again.explanation).toMatchObject([
      { rule: "check-in", matched: false, reason: { kind: "cap_reached", atMost: 1, used: 1, per: "day" } },
    ]);
    expect(await pointsOf(loyalty, "eager")).toMatchObject({ available: 5 });
  });

  test("one that comes late counts for the day on which it happened", async () => {
    await checkIn("late", "2026-06-12T12:00:00+08:00");

    expect(given(await checkIn("late", "2026-06-11T12:00:00+08:00"))).toEqual({ points: 5, status: 5 });
    expect(given(await checkIn("late", "2026-06-11T18:00:00+08:00"))).toEqual({});
  });

  test("the last day of a year and the first of the next are two", async () => {
    expect(given(await checkIn("new-year", "2026-12-31T15:59:59Z"))).toEqual({ points: 5, status: 5 });
    expect(given(await checkIn("new-year", "2026-12-31T16:00:00Z"))).toEqual({ points: 5, status: 5 });
  });

  test("many at once on one day give once, and the ledger proves itself", async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => checkIn("crowd", "2026-06-13T12:00:00+08:00", `crowd-${n}`)));

    expect(answers.filter(({ points }) => points.length > 0)).toHaveLength(1);
    expect(await pointsOf(loyalty, "crowd")).toMatchObject({ available: 5 });
    await expectSoundLedger(loyalty);
  });
});
