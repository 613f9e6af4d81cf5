import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const REVIEW = {
  type: "review_written",
  schema: {
    type: "object",
    required: ["stars"],
    additionalProperties: false,
    properties: { stars: { type: "integer", minimum: 1, maximum: 5 }, sku: { type: "string", pattern: "^[A-Z]+$" } },
  },
};
const RULES = [
  {
    id: "review",
    label: "A review",
    on: "review_written",
    when: "event.data.stars >= 4",
    effects: [
      { kind: "bonus_points", wallet: "points", points: 20 },
      { kind: "coupon", coupon: "thanks" },
    ],
  },
  {
    id: "silver",
    on: "review_written",
    when: 'member.tier == "silver"',
    effects: [{ kind: "bonus_points", wallet: "points", points: 3 }],
  },
  { id: "vip", on: "check_in", when: "member.attributes.vip == true", effects: [{ kind: "bonus_points", wallet: "points", points: 5 }] },
  { id: "welcome", when: "order.net > 500", effects: [{ kind: "coupon", coupon: "welcome" }] },
];
const PROGRAM = {
  ...SHOP,
  wallets: [{ id: "points", pending: "P7D", expiry: "P30D" }],
  events: [REVIEW, { type: "check_in" }],
  rules: RULES,
};

type Answer = { points: { amount: number; status: string }[]; tier: { before: string; after: string }; explanation?: unknown[] };
const AT = "2026-03-10T12:00:00Z";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: AT });
  await loyalty.createProgram(PROGRAM);
});
afterAll(() => loyalty.close());

const review = (id: string, over: Record<string, unknown> = {}) => ({
  id,
  type: "review_written",
  memberId: "M1",
  occurredAt: "2026-03-01T12:00:00Z",
  data: { stars: 5 },
  ...over,
});
const record = async (status: number, body: object, query = "") =>
  (await loyalty.expectStatus<Answer>(status, "POST", `/v1/events${query}`, { body })).body;
const rows = (table: string) => loyalty.database.query(`select count(*)::integer as count from ${table}`);
const outboxOf = (id: string) =>
  loyalty.database.query(
    `select type, data, occurred_at from events where data ->> 'eventId' = '${id}' or data ->> 'orderId' = '${id}' order by n`,
  );

describe("an event", () => {
  test("gives what the rules on its type say, by the wallets' policies at its own time", async () => {
    const answer = await record(201, review("first", { memberId: "policies" }));

    expect(answer).toEqual({
      id: "first",
      type: "review_written",
      memberId: "policies",
      occurredAt: "2026-03-01T12:00:00.000Z",
      data: { stars: 5 },
      points: [
        {
          wallet: "points",
          amount: 20,
          status: "available",
          availableAt: "2026-03-08T12:00:00.000Z",
          expiresAt: "2026-04-07T11:00:00.000Z",
          rules: ["review"],
        },
      ],
      effects: [{ kind: "coupon", coupon: "thanks", rule: "review", label: "A review" }],
      tier: { before: "bronze", after: "bronze" },
      balance: { wallets: { points: { available: 20, pending: 0, held: 0, debt: 0, accruedTotal: 20, redeemedTotal: 0 } }, version: 1 },
      ruleSet: 1,
    });
    expect(await pointsOf(loyalty, "policies")).toMatchObject({ available: 20, accruedTotal: 20 });
    const entries = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/policies/entries");
    expect(entries.body.data).toMatchObject([{ kind: "accrual", points: 20, source: { kind: "event", id: "first" } }]);
    const happened = new Date("2026-03-01T12:00:00Z");
    expect(await outboxOf("first")).toEqual([
      { type: "event.recorded", data: { eventId: "first", type: "review_written" }, occurred_at: happened },
      { type: "points.accrued", data: { wallet: "points", points: 20, eventId: "first" }, occurred_at: happened },
      { type: "coupon.granted", data: { coupon: "thanks", rule: "review", eventId: "first" }, occurred_at: happened },
    ]);
    await expectSoundLedger(loyalty);
  });

  test("sent again answers the first answer, whatever has happened since; with other data it is refused", async () => {
    const body = review("again", { memberId: "again" });
    const first = await record(201, body);
    await record(201, review("again-2", { memberId: "again" }));

    const again = await loyalty.expectStatus(200, "POST", "/v1/events", { body });
    const spelled = await loyalty.expectStatus(200, "POST", "/v1/events?explain=true", { body });
    const other = await loyalty.expectStatus(409, "POST", "/v1/events", { body: { ...body, data: { stars: 4 } } });
    const ofAnother = await loyalty.expectStatus(409, "POST", "/v1/events", { body: { ...body, memberId: "somebody" } });

    expect(again.body).toEqual(first);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });
    expect(spelled.body).toMatchObject({
      explanation: [
        { rule: "review", matched: true },
        { rule: "silver", matched: false },
      ],
    });
    expect([other.body, ofAnother.body]).toMatchObject([{ code: "id_reused" }, { code: "id_reused" }]);
    expect(await pointsOf(loyalty, "again")).toMatchObject({ accruedTotal: 40 });
  });

  test("sent twice at once takes effect once", async () => {
    const body = review("twice", { memberId: "twice" });
    const answers = await Promise.all([1, 2, 3, 4].map(() => loyalty.request("POST", "/v1/events", { body })));

    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 201]);
    expect(await pointsOf(loyalty, "twice")).toMatchObject({ accruedTotal: 20 });
  });

  test("can be an order's id as well", async () => {
    const order = { memberId: "same", occurredAt: AT, currency: "GBP", lines: [{ line: 1, sku: "A", quantity: 1, unitPrice: 1000 }] };
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: { id: "same", ...order } });
    await record(201, review("same", { memberId: "same" }));

    expect(await outboxOf("same")).toContainEqual(
      expect.objectContaining({ type: "coupon.granted", data: { coupon: "welcome", rule: "welcome", orderId: "same" } }),
    );
    await expectSoundLedger(loyalty);
  });

  test("is read, explained and listed", async () => {
    for (const [id, occurredAt] of [
      ["list-1", "2026-03-01T12:00:00Z"],
      ["list-3", "2026-03-03T12:00:00Z"],
      ["list-2", "2026-03-02T12:00:00Z"],
    ]) {
      await record(201, review(String(id), { memberId: "list", occurredAt, data: { stars: id === "list-3" ? 3 : 4, sku: "TEA" } }));
    }
    const read = await loyalty.expectStatus<Answer>(200, "GET", "/v1/events/list-3");
    const why = await loyalty.expectStatus(200, "GET", "/v1/events/list-3/explanation");
    const listed = await allPages<{ id: string }>(loyalty, "/v1/members/list/events?limit=2");

    expect(read.body).toMatchObject({ id: "list-3", memberId: "list", data: { stars: 3, sku: "TEA" }, points: [], effects: [] });
    expect(why.body).toEqual({
      id: "list-3",
      memberId: "list",
      ruleSet: 1,
      tier: "bronze",
      rules: [
        {
          rule: "review",
          label: "A review",
          matched: false,
          reason: { kind: "condition", part: "event.data.stars >= 4", values: { "event.data.stars": "3" } },
          gave: [],
        },
        {
          rule: "silver",
          label: "silver",
          matched: false,
          reason: { kind: "condition", part: 'member.tier == "silver"', values: { "member.tier": "bronze" } },
          gave: [],
        },
      ],
    });
    expect(listed.map(({ id }) => id)).toEqual(["list-3", "list-2", "list-1"]);
    expect(listed[1]).toEqual((await loyalty.expectStatus(200, "GET", "/v1/events/list-2")).body);
  });

  test("as a dry run answers the same and writes nothing", async () => {
    const before = [await rows("member_events"), await rows("members"), await rows("directory"), await rows("events")];

    const answer = await record(200, review("dry", { memberId: "dry" }), "?dryRun=true&explain=true");

    expect(answer).toMatchObject({ points: [{ amount: 20 }], explanation: [{ rule: "review", matched: true }, { matched: false }] });
    expect([await rows("member_events"), await rows("members"), await rows("directory"), await rows("events")]).toEqual(before);
  });

  test("reads the member's profile where a rule on events does", async () => {
    const checkIn = (id: string, memberId: string) => ({ id, type: "check_in", memberId, occurredAt: AT });
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "vip", attributes: { vip: true } } });

    expect(await record(201, checkIn("vip-1", "vip"))).toMatchObject({ points: [{ amount: 5, status: "pending" }] });
    expect(await record(201, checkIn("new-1", "no-vip"))).toMatchObject({ points: [] });
    const why = await loyalty.expectStatus<{ rules: unknown[] }>(200, "GET", "/v1/events/vip-1/explanation");
    expect(JSON.stringify(why.body)).not.toContain("true)");
  });
});

describe("an event is refused and changes nothing", () => {
  test.each([
    ["of a type that the program does not declare", { type: "survey" }, "event_type_unknown", [["/type", "event_type_unknown"]]],
    [
      "with data that its type does not take",
      { data: { stars: 9, sku: "tea", text: "good" } },
      "event_data_invalid",
      [
        ["/data/text", "unknown_field"],
        ["/data/stars", "maximum"],
        ["/data/sku", "pattern"],
      ],
    ],
    ["without data that its type needs", { data: undefined }, "event_data_invalid", [["/data/stars", "missing"]]],
    ["with data that is no object", { data: [1] }, "request_invalid", [["/data", "wrong_type"]]],
    ["with a text that is too long", { data: { stars: 1, sku: "A".repeat(1001) } }, "request_invalid", [["/data/sku", "invalid"]]],
    [
      "with data that nests too deep",
      { data: { stars: { a: { b: { c: { d: { e: { f: { g: { h: {} } } } } } } } } } },
      "request_invalid",
      [["/data/stars/a/b/c/d/e/f/g/h", "invalid"]],
    ],
    ["with a field that there is not", { attributes: {} }, "request_invalid", [["/attributes", "unknown_field"]]],
    ["with a type in capitals", { type: "Review" }, "request_invalid", [["/type", "wrong_format"]]],
    ["without a time", { occurredAt: undefined }, "request_invalid", [["/occurredAt", "missing"]]],
    ["from the future", { occurredAt: "2026-03-10T12:05:01Z" }, "occurred_in_future", [["/occurredAt", "occurred_in_future"]]],
  ])("%s", async (_, over, code, problems) => {
    const before = [await rows("member_events"), await rows("members"), await rows("directory"), await rows("events")];

    const { body } = await loyalty.expectStatus<{ code: string; errors: { pointer: string; code: string }[] }>(422, "POST", "/v1/events", {
      body: review("refused", { memberId: "refused", ...over }),
    });

    expect(body.code).toBe(code);
    expect(body.errors.map((error) => [error.pointer, error.code])).toEqual(problems);
    expect([await rows("member_events"), await rows("members"), await rows("directory"), await rows("events")]).toEqual(before);
  });

  test("without the scope for events", async () => {
    const made = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", { body: { name: "shop", scopes: ["orders:write"] } });

    const refused = await loyalty.expectStatus(403, "POST", "/v1/events", { key: made.body.key, body: review("scope") });

    expect(refused.body).toMatchObject({ code: "scope_missing" });
  });
});

test("an import takes events, each a replay of the request and the other way round", async () => {
  const { type: eventType, ...fields } = review("imported", { memberId: "import" });
  const lines = [
    { type: "event", eventType, ...fields },
    { type: "event", eventType, ...fields, id: "imported-2", data: { stars: 0 } },
    { type: "event", ...fields, id: "imported-3" },
  ];
  const body = `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
  const headers = { "content-type": "application/x-ndjson" };

  const imported = await loyalty.expectStatus<{ text: string }>(200, "POST", "/v1/import", { body, headers });

  const answers = imported.body.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(answers).toMatchObject([
    { line: 1, status: 201, type: "event", id: "imported", memberId: "import", replayed: false, points: { points: 20 } },
    { line: 2, status: 422, type: "event", id: "imported-2", code: "event_data_invalid", errors: [{ pointer: "/data/stars" }] },
    {
      line: 3,
      status: 422,
      type: "event",
      id: "imported-3",
      code: "request_invalid",
      errors: [{ pointer: "/eventType", code: "missing" }],
    },
  ]);
  await record(200, review("imported", { memberId: "import" }));
});

describe("caps and budgets", () => {
  test("5 points once per local day: two days around midnight in Shanghai, the second check-in of a day gives nothing", async () => {
    const rules = [
      {
        id: "check-in",
        on: "check_in",
        caps: [{ of: "uses", atMost: 1, for: "member", per: "day" }],
        budgets: [{ of: "points", atMost: 20 }],
        effects: [{ kind: "bonus_points", wallet: "points", points: 5 }],
      },
    ];
    const wallets = [{ id: "points" }];
    const { key } = await loyalty.createProgram({ ...PROGRAM, id: "checks", timeZone: "Asia/Shanghai", wallets, rules });
    const checkIn = async (id: string, occurredAt: string, memberId = "M1") => {
      const body = { id, type: "check_in", memberId, occurredAt };
      const answer = await loyalty.expectStatus<Answer>(201, "POST", "/v1/events?explain=true", { key, body });
      return [answer.body.points[0]?.amount ?? 0, answer.body.explanation?.[0]] as const;
    };

    expect(await checkIn("c1", "2026-03-05T15:59:59Z")).toMatchObject([5, { matched: true }]);
    expect(await checkIn("c2", "2026-03-05T16:00:00Z")).toMatchObject([5, { matched: true }]);
    expect(await checkIn("c3", "2026-03-06T15:59:59Z")).toEqual([
      0,
      {
        rule: "check-in",
        label: "check-in",
        matched: false,
        reason: { kind: "cap_reached", of: "uses", atMost: 1, used: 1, per: "day" },
        gave: [],
      },
    ]);
    // Reported late and out of order: the day on which it happened counts.
    expect(await checkIn("c4", "2026-03-04T12:00:00Z")).toMatchObject([5, { matched: true }]);
    expect(await checkIn("c5", "2026-03-05T00:00:00Z")).toMatchObject([0, { reason: { kind: "cap_reached" } }]);
    const dry = { id: "dry", type: "check_in", memberId: "M1", occurredAt: "2026-03-07T00:00:00Z" };
    await loyalty.expectStatus(200, "POST", "/v1/events?dryRun=true", { key, body: dry });
    expect(await checkIn("c6", "2026-03-07T00:00:00Z")).toMatchObject([5, { matched: true }]);
    expect(await checkIn("c7", "2026-03-07T00:00:00Z", "M2")).toMatchObject([0, { reason: { kind: "budget_exhausted", used: 20 } }]);
    await expectSoundLedger(loyalty);
  });

  test("of many check-ins at once one gives points", async () => {
    const body = (n: number) => ({ id: `rush-${n}`, type: "check_in", memberId: "rush", occurredAt: "2026-03-09T00:00:00Z" });
    const program = { ...PROGRAM, id: "rush", wallets: [{ id: "points" }] };
    const caps = [{ of: "uses", atMost: 1, for: "member", per: "day" }];
    const effects = [{ kind: "bonus_points", wallet: "points", points: 5 }];
    await loyalty.createProgram({ ...program, rules: [{ id: "check-in", on: "check_in", caps, effects }] });

    await Promise.all(Array.from({ length: 20 }, (_, n) => loyalty.expectStatus(201, "POST", "/v1/events", { body: body(n) })));

    expect(await pointsOf(loyalty, "rush")).toMatchObject({ available: 5, accruedTotal: 5 });
    await expectSoundLedger(loyalty);
  });
});
