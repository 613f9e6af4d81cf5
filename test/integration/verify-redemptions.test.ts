import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

type Found = { check: string; member?: string };

const got = "member_key = :key and redemption_id like '%got'";
/** What is done to the redemptions of one member behind the engine's back, and which checks find it. */
const CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  ["nothing", "select 1", []],
  ["a claim that was lost", "delete from directory where member_key = :key and kind = 19 and id like '%got'", ["command", "directory"]],
  [
    "redemptions that were lost",
    "delete from redemptions where member_key = :key",
    ["command", "directory", "member_counter", "redemption_points"],
  ],
  [
    "a price that was raised",
    `update redemptions set paid = '[{"wallet":"points","points":8,"uses":[]}]' where ${got}`,
    ["redemption_points"],
  ],
  [
    "a cancellation without its points",
    `update redemptions set status = 'cancelled', ended_at = now() where ${got}`,
    ["member_counter", "redemption_points"],
  ],
  [
    "points given back of what stands",
    "update redemptions set status = 'issued', ended_at = null where member_key = :key and redemption_id like '%undone'",
    ["command", "member_counter", "redemption_points"],
  ],
  ["a limit that was forgotten", "delete from counters where member_key = :key", ["member_counter"]],
];

const REWARD = {
  id: "cup",
  label: "Cup",
  price: [{ wallet: "points", points: 7 }],
  gives: { kind: "product", sku: "CUP" },
  fulfilment: "confirm",
  stock: [{ atMost: 1000 }],
  limits: [{ atMost: 5 }],
};

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram({ ...SHOP, rewards: [REWARD] });
});
afterAll(() => loyalty.close());

const differences = async () => (await loyalty.expectStatus<{ differences: Found[] }>(200, "GET", "/v1/verification")).body.differences;
const corrupt = (sql: string) => loyalty.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);

test.each(CORRUPTIONS)("%s is found", async (what, sql, checks) => {
  const memberId = what.replaceAll(" ", "-");
  await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(memberId, { memberId, unitPrice: 5000 }) });
  for (const id of ["got", "undone"]) {
    const body = { id: `${memberId}-${id}`, reward: "cup", channel: "online" };
    await loyalty.expectStatus(201, "POST", `/v1/members/${memberId}/redemptions`, { body });
  }
  await loyalty.expectStatus(200, "POST", `/v1/redemptions/${memberId}-undone/cancel`, { body: { reason: "test" } });
  await corrupt(sql.replaceAll(":key", `(select member_key from members where id = '${memberId}')`));

  const found = (await differences()).filter(({ member }) => member === memberId).map(({ check }) => check);

  expect([...new Set(found)].sort()).toEqual(checks);
});

test("a stock that does not add up is found", async () => {
  const before = (await differences()).filter(({ check }) => check === "program_counter");
  await corrupt("update counters set used = used + 3 where member_key = 0 and key = 'reward:cup life stock'");

  const after = (await differences()).filter(({ check }) => check === "program_counter");

  expect(after).toMatchObject([{ subject: "reward:cup life stock -infinity" }]);
  expect(after).not.toEqual(before);
});
