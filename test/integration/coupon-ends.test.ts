import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const START = "2026-03-01T12:00:00Z";
/** London's clocks are moved on 29 March: 30 local days after the start is an hour less. */
const END = "2026-03-31T11:00:00.000Z";

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: START });
  other = await startTestService({ now: START, database: loyalty.database });
  await loyalty.createProgram({
    ...SHOP,
    events: [{ type: "thanked" }],
    rules: [{ id: "thanks", on: "thanked", effects: [{ kind: "coupon", coupon: "five" }] }],
    coupons: [
      { id: "five", validFor: "P30D", expiryNotices: ["P7D", "P2D"], gives: [{ kind: "discount_amount", amount: 500 }] },
      { id: "quiet", validFor: "P30D" },
      { id: "endless" },
    ],
  });
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

let given = 0;
const give = async (memberId: string, coupon: string): Promise<string> => {
  given += 1;
  const { body } = await loyalty.expectStatus<{ code: string }>(201, "POST", `/v1/members/${memberId}/coupons`, {
    body: { coupon, reason: "test" },
    headers: { "idempotency-key": `give-${given}` },
  });
  return body.code;
};
const enrol = (id: string) => loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
const use = (id: string, memberId: string, coupon: string, occurredAt: string) =>
  loyalty.expectStatus(201, "POST", "/v1/orders", {
    body: { ...orderBody(id, { memberId, occurredAt, unitPrice: 2000 }), coupons: [coupon] },
  });
const jobsAt = async (instant: string) => {
  loyalty.clock.set(instant);
  const { "expiry-notices": noticed, "coupon-ends": ended } = await loyalty.runJobs();
  return { noticed, ended };
};
const toldOf = async (code: string) => {
  const rows = await loyalty.database.query<{ told: string }>(
    "select concat_ws(' ', type, data ->> 'notice', data ->> 'validUntil') as told from events where data ->> 'code' = $1 order by version, n",
    [code],
  );
  return rows.map(({ told }) => told).filter((told) => !told.startsWith("coupon.granted"));
};

test("coupons that end unused are told of ahead and at their end, once each", async () => {
  for (const member of ["idle", "buyer", "late"]) await enrol(member);
  const [idle, bought, late] = [await give("idle", "five"), await give("buyer", "five"), await give("late", "five")];
  const [quiet, endless] = [await give("idle", "quiet"), await give("idle", "endless")];

  expect(await jobsAt("2026-03-23T23:59:59Z")).toEqual({ noticed: 0, ended: 0 });
  expect(await jobsAt("2026-03-24T00:00:00Z")).toEqual({ noticed: 3, ended: 0 });
  expect(await jobsAt("2026-03-24T12:00:00Z")).toEqual({ noticed: 0, ended: 0 });
  await use("in-time", "buyer", bought, "2026-03-24T12:00:00Z");
  expect(await jobsAt("2026-03-29T12:00:00Z")).toEqual({ noticed: 2, ended: 0 });
  expect(await jobsAt("2026-03-31T10:59:59.999Z")).toEqual({ noticed: 0, ended: 0 });
  expect(await jobsAt(END)).toEqual({ noticed: 0, ended: 3 });
  expect(await jobsAt("2026-04-20T00:00:00Z")).toEqual({ noticed: 0, ended: 0 });

  const ahead = ["P7D", "P2D"].map((notice) => `coupon.will_expire ${notice} ${END}`);
  expect(await toldOf(idle)).toEqual([...ahead, `coupon.expired ${END}`]);
  expect(await toldOf(bought)).toEqual([ahead[0], "coupon.redeemed"]);
  expect(await toldOf(quiet)).toEqual([`coupon.expired ${END}`]);
  expect(await toldOf(endless)).toEqual([]);

  // An order from before the end still uses it; what comes back after the end is told once.
  await use("reported-late", "late", late, "2026-03-30T12:00:00Z");
  for (const order of ["reported-late", "in-time"]) await loyalty.expectStatus(200, "POST", `/v1/orders/${order}/cancel`, { body: {} });
  expect(await jobsAt("2026-04-21T00:00:00Z")).toEqual({ noticed: 0, ended: 1 });
  expect(await jobsAt("2026-04-22T00:00:00Z")).toEqual({ noticed: 0, ended: 0 });
  expect(await toldOf(late)).toEqual([...ahead, `coupon.expired ${END}`, "coupon.redeemed", "coupon.released"]);
  expect(await toldOf(bought)).toEqual([ahead[0], "coupon.redeemed", "coupon.released", `coupon.expired ${END}`]);
  await expectSoundLedger(loyalty);
});

test("a run that was cut off, and two processes, tell of each once", async () => {
  loyalty.clock.set("2026-06-01T12:00:00Z");
  other.clock.set("2026-06-01T12:00:00Z");
  const lines = Array.from({ length: 320 }, (_, n) =>
    JSON.stringify({ type: "event", id: `e-${n}`, eventType: "thanked", memberId: `many-${n % 300}`, occurredAt: "2026-06-01T12:00:00Z" }),
  );
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: lines.join("\n"), headers });
  const coupons = await loyalty.database.query<{ code: string; memberId: string }>(
    "select c.code, m.id as \"memberId\" from coupons c join members m using (program_id, member_key) where m.id like 'many-%' order by m.id, c.code",
  );
  const codes = coupons.map(({ code }) => code);
  const countOf = async (type: string) => {
    const [row] = await loyalty.database.query<{ told: number; coupons: number }>(
      "select count(*)::integer as told, count(distinct data ->> 'code')::integer as coupons from events where type = $1 and data ->> 'code' = any($2)",
      [type, codes],
    );
    return row;
  };
  const bothAt = (instant: string) => {
    for (const service of [loyalty, other]) service.clock.set(instant);
    return Promise.all([loyalty.runJobs(), other.runJobs(), loyalty.runJobs(), other.runJobs()]);
  };

  await bothAt("2026-06-25T00:00:00Z");
  expect(await countOf("coupon.will_expire")).toEqual({ told: 320, coupons: 320 });
  await loyalty.database.query("update coupon_notice_days set told_to = told_to - 10");
  await bothAt("2026-06-25T00:00:01Z");
  expect(await countOf("coupon.will_expire")).toEqual({ told: 320, coupons: 320 });

  // Without the job's lock: two that are at the same page at once.
  for (const service of [loyalty, other]) service.clock.set("2026-07-01T12:00:00Z");
  const expireAll = (service: TestService) =>
    Promise.allSettled(
      coupons
        .slice(0, 100)
        .map((coupon) => service.inside.engine.submit({ programId: 1, id: SHOP.id }, { kind: "expire_coupon", ...coupon })),
    );
  const outcomes = (await Promise.all([expireAll(loyalty), expireAll(other)])).flat();
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(100);
  await bothAt("2026-07-01T12:00:01Z");
  expect(await countOf("coupon.expired")).toEqual({ told: 320, coupons: 320 });
  await expectSoundLedger(loyalty);
});

test("notices stand in the file once, and only of coupons that end", async () => {
  const coupons = [
    { id: "twice", validFor: "P9D", expiryNotices: ["P7D", "P7D"] },
    { id: "endless", expiryNotices: ["P7D"] },
  ];

  const refused = await loyalty.expectStatus(422, "PUT", "/v1/program?dryRun=true", { body: { ...SHOP, coupons } });

  expect(refused.body).toMatchObject({
    code: "program_invalid",
    errors: [
      { pointer: "/coupons/0/expiryNotices/1", code: "repeated" },
      { pointer: "/coupons/1/expiryNotices", code: "end_missing" },
    ],
  });
});
