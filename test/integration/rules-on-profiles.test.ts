import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

const AT = "2026-06-10T12:00:00Z";
const BORN = "1990-06-10";
const percentOff = (percent: number) => [{ kind: "discount_percent", percent }];

const BIRTHDAY = { id: "birthday", schedule: { birthday: "day" }, effects: percentOff(10) };
const OF_AGE = { id: "of-age", when: 'member.birthDate <= "2008-06-10"', effects: percentOff(5) };
const NEWCOMER = { id: "newcomer", schedule: { daysAfterJoining: { until: 7 } }, effects: percentOff(20) };

type Answer = { totals: { discount: number }; quoteToken: string };

describe("rules on what is known of the member", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: AT });
  });
  afterAll(() => loyalty.close());

  /** Publishes the rules, of a program of its own unless they are the next version of one. */
  const publish = (id: string, rules: unknown[]) => loyalty.createProgram({ ...SHOP, id, name: id, rules });
  const republish = (id: string, rules: unknown[]) =>
    loyalty.expectStatus(200, "PUT", "/v1/program", { body: { ...SHOP, id, name: id, rules } });

  const enrol = (id: string, profile: Record<string, unknown>) =>
    loyalty.expectStatus(201, "POST", "/v1/members", { body: { id, enrolledAt: "2026-01-01T00:00:00Z", ...profile } });
  const order = (id: string, memberId: string) => orderBody(id, { memberId, occurredAt: AT });
  const place = async (id: string, memberId: string, terms: Record<string, unknown> = {}) =>
    (await loyalty.expectStatus<Answer>(201, "POST", "/v1/orders", { body: { ...order(id, memberId), ...terms } })).body;
  const quote = async (memberId: string) => {
    const { id: _id, occurredAt: _occurredAt, ...cart } = order("", memberId);
    return (await loyalty.expectStatus<Answer>(200, "POST", "/v1/quotes?explain=true", { body: cart })).body;
  };
  const explanationOf = async (id: string) =>
    (
      await loyalty.expectStatus<{ rules: { rule: string; matched: boolean; reason?: unknown }[] }>(
        200,
        "GET",
        `/v1/orders/${id}/explanation`,
      )
    ).body;

  test("the birthday counts for quotes and orders", async () => {
    await publish("birthdays", [BIRTHDAY]);
    await enrol("born", { birthDate: BORN });

    expect((await quote("born")).totals.discount).toBe(100);
    expect((await place("B1", "born")).totals.discount).toBe(100);
    loyalty.clock.set("2026-06-11T00:00:00Z");
    const after = { occurredAt: "2026-06-11T00:00:00Z" };
    expect((await place("B2", "born", after)).totals.discount).toBe(0);
    loyalty.clock.set(AT);
  });

  test("who has not said when they were born has no birthday, until they say so", async () => {
    await publish("birthdays-unknown", [BIRTHDAY, OF_AGE]);
    await enrol("unknown", {});

    expect((await place("U1", "unknown")).totals.discount).toBe(0);
    const { rules } = await explanationOf("U1");
    expect(rules.find(({ rule }) => rule === "birthday")?.reason).toEqual({
      kind: "attribute_missing",
      part: "birthday: day",
      path: "member.birthDate",
    });
    expect(rules.find(({ rule }) => rule === "of-age")?.reason).toMatchObject({ kind: "attribute_missing", path: "member.birthDate" });

    await loyalty.expectStatus(200, "PATCH", "/v1/members/unknown", { body: { birthDate: BORN } });
    expect((await place("U2", "unknown")).totals.discount).toBe(145);
  });

  test("explanations do not keep the birth date", async () => {
    await publish("birthdays-private", [
      { ...BIRTHDAY, schedule: { birthday: "day", months: [6], between: { from: "20:00", until: "22:00" } } },
      { ...OF_AGE, when: 'member.birthDate > "2008-06-10"' },
      { id: "broken", when: "bool(member.birthDate)", effects: percentOff(1) },
      { id: "broken-too", when: "duration(member.birthDate) > duration('1h')", effects: percentOff(1) },
    ]);
    await enrol("private", { birthDate: BORN });

    await place("P1", "private");
    const explanation = await explanationOf("P1");

    expect(explanation.rules.filter(({ matched }) => !matched)).toHaveLength(4);
    expect(JSON.stringify(explanation)).not.toContain(BORN);
  });

  test("an order gets what was quoted, also when the rules in force no longer look at the profile", async () => {
    await publish("birthdays-quoted", [BIRTHDAY]);
    await enrol("quoted", { birthDate: BORN });
    const { quoteToken } = await quote("quoted");
    await republish("birthdays-quoted", []);

    expect((await place("Q1", "quoted", { quoteToken })).totals.discount).toBe(100);
    expect((await place("Q2", "quoted")).totals.discount).toBe(0);
  });

  test("days since joining and since the tier was reached are local days", async () => {
    const silver = { id: "new-silver", when: 'member.tier == "silver" && member.tierSinceDays == 0', effects: percentOff(50) };
    await publish("joined", [NEWCOMER, silver]);
    await enrol("old", { enrolledAt: "2026-06-03T22:59:59Z" });
    await enrol("new", { enrolledAt: "2026-06-03T23:00:00Z" });

    expect((await place("J1", "old")).totals.discount).toBe(0);
    expect((await place("J2", "new")).totals.discount).toBe(200);
    const big = { lines: [{ line: 1, sku: "A", quantity: 1, unitPrice: 20_000 }] };
    await place("J3", "old", big);
    // Silver since this instant: the tier's 10 %, then half of what is left.
    expect((await place("J4", "old")).totals.discount).toBe(550);
  });
});
