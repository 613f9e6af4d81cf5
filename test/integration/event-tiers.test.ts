import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** Silver by three reviews in a calendar month; what each review gives depends on tier, hour and former reviews. */
const PROGRAM = {
  ...SHOP,
  id: "reviewers",
  tiers: [
    { id: "bronze" },
    { id: "silver", qualification: { any: [{ metric: "events", event: "review_written", window: "month", atLeast: 3 }] } },
  ],
  events: [{ type: "review_written" }, { type: "check_in" }, { type: "invited" }],
  rules: [
    {
      id: "silver",
      on: "review_written",
      when: 'member.tier == "silver"',
      effects: [{ kind: "bonus_points", wallet: "points", points: 10 }],
    },
    {
      id: "night",
      on: "review_written",
      schedule: { between: { from: "01:00", until: "02:00" } },
      effects: [{ kind: "bonus_points", wallet: "points", points: 1 }],
    },
    { id: "invited", on: "invited", effects: [{ kind: "grant_tier", tier: "silver", until: "P1M" }] },
    {
      id: "third",
      on: "check_in",
      when: 'member.metric("events:check_in", "lifetime") >= 2',
      effects: [{ kind: "bonus_points", wallet: "points", points: 100 }],
    },
  ],
};

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-02-20T00:00:00Z" });
  await loyalty.createProgram(PROGRAM);
});
afterAll(() => loyalty.close());

type Answer = { points: { amount: number }[]; tier: { before: string; after: string } };

let count = 0;
async function happens(memberId: string, occurredAt: string, type = "review_written") {
  count += 1;
  const body = { id: `e-${count}`, type, memberId, occurredAt };
  const { points, tier } = (await loyalty.expectStatus<Answer>(201, "POST", "/v1/events", { body })).body;
  return [points[0]?.amount ?? 0, tier.before, tier.after];
}

type Tier = {
  tier: string;
  since: string;
  next: { sentence: string; criteria: unknown[] } | null;
  history: { to: string; sourceId: string }[];
};
const tierOf = async (memberId: string) => (await loyalty.expectStatus<Tier>(200, "GET", `/v1/members/${memberId}/tier`)).body;

describe("tiers by events", () => {
  test("rise at once with the event that reaches them, which counts in the program's own month", async () => {
    loyalty.clock.set("2026-06-30T22:59:00Z");
    // London is an hour ahead of UTC: 31 May 23:00Z is 1 June there.
    expect(await happens("month", "2026-05-31T22:59:59Z")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("month", "2026-05-31T23:00:00Z")).toEqual([0, "bronze", "bronze"]);
    expect(await tierOf("month")).toMatchObject({
      tier: "bronze",
      next: {
        sentence: "2 × review_written to silver",
        criteria: [{ metric: "events", event: "review_written", window: "month", atLeast: 3, value: 1, missing: 2 }],
      },
    });
    expect(await happens("month", "2026-06-15T12:00:00Z")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("month", "2026-06-16T12:00:00Z")).toEqual([0, "bronze", "silver"]);
    expect(await happens("month", "2026-06-17T12:00:00Z")).toEqual([10, "silver", "silver"]);

    const tier = await tierOf("month");
    expect(tier).toMatchObject({ tier: "silver", since: "2026-06-16T12:00:00.000Z", next: null });
    expect(tier.history[0]).toMatchObject({ to: "silver", sourceId: `e-${count - 1}` });
    await expectSoundLedger(loyalty);
  });

  test("an event that is reported late is decided with the tier of its time, and still counts", async () => {
    loyalty.clock.set("2026-07-20T00:00:00Z");
    for (const day of ["10", "12"]) expect(await happens("late", `2026-07-${day}T12:00:00Z`)).toEqual([0, "bronze", "bronze"]);
    expect(await happens("late", "2026-07-14T12:00:00Z")).toEqual([0, "bronze", "silver"]);

    expect(await happens("late", "2026-07-13T12:00:00Z")).toEqual([0, "bronze", "silver"]);
    expect(await happens("late", "2026-07-14T12:00:00Z")).toEqual([10, "silver", "silver"]);

    // The third one of June is reported when the member's sums stand in July already.
    expect(await happens("late-june", "2026-06-10T12:00:00Z")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("late-june", "2026-07-02T12:00:00Z")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("late-june", "2026-06-20T12:00:00Z")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("late-june", "2026-06-30T22:59:59Z")).toEqual([0, "bronze", "silver"]);
    await expectSoundLedger(loyalty);
  });

  test("on the night on which the clock is put forward the hour that is left out does not come", async () => {
    loyalty.clock.set("2026-07-21T00:00:00Z");
    // 29 March 2026: 01:00 to 02:00 do not exist in London; the instant 01:00Z is 02:00 there.
    expect(await happens("dst", "2026-03-29T00:59:59Z")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("dst", "2026-03-29T01:00:00Z")).toEqual([0, "bronze", "bronze"]);
    // The night after it is there: 00:30Z is 01:30.
    expect(await happens("dst", "2026-03-30T00:30:00Z")).toEqual([1, "bronze", "silver"]);
    // 28 March, the night before: 01:30Z is 01:30. Reported last.
    expect(await happens("dst", "2026-03-28T01:30:00Z")).toEqual([1, "bronze", "silver"]);
    await expectSoundLedger(loyalty);
  });

  test("a rule on events may grant one", async () => {
    expect(await happens("guest", "2026-07-01T12:00:00Z", "invited")).toEqual([0, "bronze", "silver"]);

    const { tier, history } = await tierOf("guest");
    expect([tier, history[0]]).toMatchObject(["silver", { to: "silver", cause: "rule", reason: "invited", sourceId: `e-${count}` }]);
    await expectSoundLedger(loyalty);
  });

  test("conditions see how many events there were before", async () => {
    expect(await happens("checks", "2026-07-01T12:00:00Z", "check_in")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("checks", "2026-07-02T12:00:00Z", "check_in")).toEqual([0, "bronze", "bronze"]);
    expect(await happens("checks", "2026-07-03T12:00:00Z", "check_in")).toEqual([100, "bronze", "bronze"]);
  });

  test("an event type that the program does not declare is refused where a tier counts it", async () => {
    const tiers = [
      { id: "bronze" },
      {
        id: "silver",
        qualification: { all: [{ metric: "events", event: "survey", window: "365d", atLeast: 1 }] },
        retention: { any: [{ metric: "events", event: "call", window: "month", atLeast: 1 }], review: "month" },
      },
    ];
    const { body } = await loyalty.expectStatus<{ errors: { pointer: string; code: string }[] }>(422, "PUT", "/v1/program", {
      body: { ...PROGRAM, tiers },
    });

    expect(body.errors.map(({ pointer, code }) => `${pointer} ${code}`)).toEqual([
      "/tiers/1/qualification/all/0/event unknown_event",
      "/tiers/1/retention/any/0/event unknown_event",
    ]);
  });
});
