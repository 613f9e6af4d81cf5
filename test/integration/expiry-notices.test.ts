import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const START = "2026-03-01T12:00:00Z";

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: START });
  other = await startTestService({ now: START, database: loyalty.database });
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

const useShop = (id: string, expiryNotices: string[]) => {
  loyalty.clock.set(START);
  return loyalty.createProgram(SHOP, { id, wallets: [{ id: "points", expiry: "P60D", expiryNotices }] });
};
const place = (id: string, memberId: string, occurredAt: string, quantity = 1) =>
  loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { memberId, occurredAt, quantity }) });
const told = async (id: string) => {
  const rows = await loyalty.database.query<{ told: string }>(
    `select m.id || ' ' || (e.data ->> 'points') || ' ' || (e.data ->> 'notice') || ' ' || (e.data ->> 'at') as told
       from events e join programs p using (program_id) join members m using (program_id, member_key)
      where e.type = 'points.will_expire' and p.id = $1 order by e.occurred_at, 1`,
    [id],
  );
  return rows.map((row) => row.told);
};
const noticesAt = async (instant: string) => {
  loyalty.clock.set(instant);
  return (await loyalty.runJobs())["expiry-notices"];
};

test("members are told of a day's points once for each notice, of what is left of them", async () => {
  await useShop("told", ["P30D", "P7D"]);
  await place("E1", "M1", START, 3);
  await place("E2", "M1", "2026-03-01T09:00:00Z", 2);
  await place("E3", "M2", START);
  await place("E4", "M3", START);

  expect(await noticesAt("2026-03-30T22:59:59Z")).toBe(0);
  expect(await noticesAt("2026-03-31T22:00:00Z")).toBe(3);
  expect(await noticesAt("2026-03-31T22:00:00Z")).toBe(0);
  await loyalty.expectStatus(201, "POST", "/v1/orders/E4/returns", {
    body: { id: "R4", occurredAt: "2026-03-31T22:00:00Z", lines: [{ line: 1, quantity: 1 }] },
  });
  await noticesAt("2026-04-23T12:00:00Z");
  await noticesAt("2026-04-24T12:00:00Z");

  const at = "2026-04-30T08:00:00.000Z"; // London has moved its clocks
  const last = "2026-04-30T11:00:00.000Z";
  expect(await told("told")).toEqual([
    `M1 50 P30D ${at}`,
    `M2 10 P30D ${last}`,
    `M3 10 P30D ${last}`,
    `M1 50 P7D ${at}`,
    `M2 10 P7D ${last}`,
  ]);
  await expectSoundLedger(loyalty);
});

test("a run that was late tells the nearest notice only, and nothing of points that are gone", async () => {
  await useShop("late", ["P30D", "P7D"]);
  await noticesAt(START);
  await place("E1", "M1", START);
  await place("E2", "M2", "2026-03-01T09:00:00Z");

  expect(await noticesAt("2026-04-30T10:00:00Z")).toBe(1);
  expect(await noticesAt("2026-05-02T10:00:00Z")).toBe(0);

  expect(await told("late")).toEqual(["M1 10 P7D 2026-04-30T11:00:00.000Z"]);
});

test("a run that was cut off, and two processes, tell nobody twice", async () => {
  await useShop("shared", ["P30D"]);
  const lines = Array.from({ length: 300 }, (_, n) =>
    JSON.stringify({ type: "order", ...orderBody(`E${n}`, { memberId: `M${n % 280}`, occurredAt: START }) }),
  );
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: lines.join("\n"), headers });
  loyalty.clock.set("2026-04-02T12:00:00Z");
  other.clock.set("2026-04-02T12:00:00Z");

  await Promise.all([loyalty.runJobs(), other.runJobs(), loyalty.runJobs(), other.runJobs()]);
  expect(await told("shared")).toHaveLength(280);
  await loyalty.database.query("update expiry_notice_days set told_to = told_to - 10");
  expect((await loyalty.runJobs())["expiry-notices"]).toBe(0);

  expect(await told("shared")).toHaveLength(280);
  await expectSoundLedger(loyalty);
});

test("a notice that nobody was to get is found", async () => {
  await useShop("forged", ["P7D"]);
  await place("E1", "M1", START);
  await loyalty.database.query(
    `insert into events (program_id, member_key, version, n, type, data, occurred_at)
     select program_id, member_key, 999, 0, 'points.will_expire',
            '{"wallet":"points","points":1,"at":"2026-04-30T11:00:00.000Z","expiresOn":"2026-04-30","notice":"P7D"}', now()
       from members join programs p using (program_id) where p.id = 'forged'`,
  );

  const { body } = await loyalty.expectStatus<{ differences: object[] }>(200, "GET", "/v1/verification");

  expect(body.differences).toMatchObject([{ check: "expiry_notice", member: "M1", expected: "0", actual: "1" }]);
});

test("a notice stands in the file once", async () => {
  const body = { ...SHOP, id: "forged", wallets: [{ id: "points", expiryNotices: ["P7D", "P7D"] }] };

  const refused = await loyalty.expectStatus(422, "PUT", "/v1/program?dryRun=true", { body });

  expect(refused.body).toMatchObject({ code: "program_invalid", errors: [{ pointer: "/wallets/0/expiryNotices/1", code: "repeated" }] });
});
