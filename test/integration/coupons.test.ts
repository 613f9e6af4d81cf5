import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Coupon = { code: string; coupon: string; status: string };
type Page = { data: Coupon[]; nextCursor: string | null };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T00:00:00Z" });
  await loyalty.createProgram({
    ...SHOP,
    events: [{ type: "dispatch_late" }],
    coupons: [
      { id: "sorry", label: "5 pounds off", validFor: "P7D" },
      { id: "spring", from: "2026-04-01T00:00:00Z", until: "2026-05-01T00:00:00Z" },
      { id: "winter", until: "2026-03-01T00:00:00Z" },
    ],
    rules: [
      { id: "late", on: "dispatch_late", effects: [{ kind: "coupon", coupon: "sorry" }] },
      {
        id: "big",
        when: "order.gross >= 10000",
        effects: ["sorry", "sorry", "winter"].map((coupon) => ({ kind: "coupon", coupon })),
      },
    ],
  });
  for (const id of ["hand", "event", "order", "pages"]) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
});
afterAll(() => loyalty.close());

const couponsOf = async (memberId: string, query = ""): Promise<Page> =>
  (await loyalty.expectStatus<Page>(200, "GET", `/v1/members/${memberId}/coupons${query}`)).body;
const give = (status: number, memberId: string, key: string, body: Record<string, unknown>) =>
  loyalty.expectStatus<Coupon>(status, "POST", `/v1/members/${memberId}/coupons`, { body, headers: { "idempotency-key": key } });
const announced = (memberId: string): Promise<{ data: Record<string, unknown> }[]> =>
  loyalty.database.query(
    "select data from events where type = 'coupon.granted' and member_key = (select member_key from members where id = $1) order by version, n",
    [memberId],
  );

describe("a coupon by hand", () => {
  const body = { coupon: "sorry", reason: "a lost parcel", actor: "agent-7" };

  test("has a code of its own, is valid by the clock, and comes once for a key", async () => {
    const { body: given } = await give(201, "hand", "k-1", body);
    expect(given).toEqual({
      code: expect.stringMatching(/^[2-9A-Z]{16}$/),
      coupon: "sorry",
      label: "5 pounds off",
      status: "valid",
      issuedAt: "2026-03-10T00:00:00.000Z",
      validFrom: "2026-03-10T00:00:00.000Z",
      validUntil: "2026-03-17T00:00:00.000Z",
      cause: "hand",
      sourceId: "k-1",
      rule: null,
      reason: "a lost parcel",
      actor: "agent-7",
    });
    const again = await Promise.all([give(200, "hand", "k-1", body), give(200, "hand", "k-1", body)]);
    expect(again.map((answer) => answer.body)).toEqual([given, given]);
    expect(again[0]?.headers).toMatchObject({ "idempotent-replayed": "true" });
    await give(422, "hand", "k-1", { ...body, reason: "another" });

    expect(await couponsOf("hand")).toEqual({ data: [given], nextCursor: null });
    expect(await announced("hand")).toEqual([
      { data: { coupon: "sorry", code: given.code, validFrom: "2026-03-10T00:00:00.000Z", validUntil: "2026-03-17T00:00:00.000Z" } },
    ]);
  });

  test("is not made without a key, of a coupon that there is not, or of one that has ended", async () => {
    const before = await couponsOf("hand");
    const keyless = await loyalty.expectStatus(400, "POST", "/v1/members/hand/coupons", { body });
    const unknown = await give(422, "hand", "k-2", { ...body, coupon: "nothing" });
    const over = await give(409, "hand", "k-3", { ...body, coupon: "winter" });

    expect(keyless.body).toMatchObject({ code: "idempotency_key_required" });
    expect(unknown.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/coupon" }] });
    expect(over.body).toMatchObject({ code: "coupon_over", details: { coupon: "winter", until: "2026-03-01T00:00:00Z" } });
    expect(await couponsOf("hand")).toEqual(before);
  });
});

describe("a coupon that a rule gives", () => {
  test("comes once with its event, whatever is sent again", async () => {
    const event = { id: "late-1", type: "dispatch_late", memberId: "event", occurredAt: "2026-03-09T12:00:00Z" };
    const answers = await Promise.all([1, 2, 3].map(() => loyalty.request("POST", "/v1/events", { body: event })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 201]);

    const { data } = await couponsOf("event");
    expect(data).toMatchObject([
      { coupon: "sorry", cause: "event", sourceId: "late-1", rule: "late", reason: null, validUntil: "2026-03-16T12:00:00.000Z" },
    ]);
    expect(await announced("event")).toMatchObject([{ data: { code: data[0]?.code, rule: "late", eventId: "late-1" } }]);
  });

  test("comes with its order, one for each effect, and none of those that have ended; a dry run gives none", async () => {
    const body = orderBody("o-1", { memberId: "order", unitPrice: 20000, occurredAt: "2026-03-10T00:00:00Z" });
    await loyalty.expectStatus(200, "POST", "/v1/orders?dryRun=true", { body });
    expect((await couponsOf("order")).data).toEqual([]);
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body });

    const { data } = await couponsOf("order");
    expect(data.map(({ coupon }) => coupon)).toEqual(["sorry", "sorry"]);
    expect(new Set(data.map(({ code }) => code)).size).toBe(2);
  });
});

test("a member's coupons are read in pages, newest first, as they stand now", async () => {
  for (const [index, coupon] of ["sorry", "spring", "sorry"].entries()) {
    loyalty.clock.advance(60_000);
    await give(201, "pages", `page-${index}`, { coupon, reason: "pages" });
  }
  const first = await couponsOf("pages", "?limit=2");
  const second = await couponsOf("pages", `?limit=2&cursor=${first.nextCursor}`);
  expect([...first.data, ...second.data].map(({ coupon, status }) => [coupon, status])).toEqual([
    ["sorry", "valid"],
    ["spring", "not_started"],
    ["sorry", "valid"],
  ]);
  expect(second.nextCursor).toBeNull();

  loyalty.clock.set("2026-04-01T00:00:00Z");
  expect((await couponsOf("pages")).data.map(({ status }) => status)).toEqual(["expired", "valid", "expired"]);
  await expectSoundLedger(loyalty);
});
