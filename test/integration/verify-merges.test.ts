import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

type Found = { check: string; member?: string; subject?: string; expected: string; actual: string };

/** What is done behind the engine's back after a merge, `:old` and `:new` being the keys of the two, and which checks find it. */
const CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  ["nothing", "select 1", []],
  [
    "an alias of nobody",
    "update members set alias_of = 999999 where member_key = :old",
    ["account_total", "coupon_granted", "merged_member"],
  ],
  ["a forgotten alias", "update members set alias_of = null where member_key = :old", ["account_total", "coupon_granted", "merged_member"]],
  ["a forgotten merge", "delete from merges where member_key = :new", ["command", "merged_member"]],
  [
    "points left with the alias",
    "update accounts set available = 5 where member_key = :old and wallet = 1",
    ["account_balance", "merged_member", "wallet_lots"],
  ],
  ["a total left with the alias", "update accounts set redeemed_total = 1 where member_key = :old", ["account_total", "merged_member"]],
  ["a coupon left with the alias", "update coupons set member_key = :old where member_key = :new", ["coupon_granted", "merged_member"]],
  ["a lot that stands for another", "update merged_lots set from_seq = 99 where member_key = :new", ["merged_lot"]],
  ["a lot that came from nowhere", "delete from merged_lots where member_key = :new", ["merged_lot"]],
  ["an expiry that nobody booked", "update merged_lots set expired = 1 where member_key = :new", ["lot_used"]],
  [
    "a lot that grew on the way",
    "update lots set granted = granted + 1 where member_key = :old",
    ["lot_granted", "lot_used", "merged_lot"],
  ],
];

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram({ ...SHOP, coupons: [{ id: "thanks" }] });
});
afterAll(() => loyalty.close());

test.each(CORRUPTIONS)("%s is found after a merge", async (what, sql, checks) => {
  const name = what.replaceAll(" ", "-");
  const [from, into] = [`${name}-old`, `${name}-new`];
  const post = (path: string, body: unknown, headers = {}) => loyalty.expectStatus(201, "POST", path, { body, headers });
  for (const memberId of [from, into]) await post("/v1/orders", orderBody(memberId, { memberId, unitPrice: 5000 }));
  await post(`/v1/members/${from}/coupons`, { coupon: "thanks", reason: "test" }, { "idempotency-key": name });
  await post("/v1/merges", { id: name, from, into, reason: "one person" });
  const keyOf = (id: string) => `(select member_key from members where id = '${id}')`;
  const statement = sql.replaceAll(":old", keyOf(from)).replaceAll(":new", keyOf(into));
  await loyalty.database.query(`begin; set local session_replication_role = replica; ${statement}; commit`);

  const { body } = await loyalty.expectStatus<{ differences: Found[] }>(200, "GET", "/v1/verification");

  const found = body.differences.filter(({ member }) => member === from || member === into);
  expect([...new Set(found.map(({ check }) => check))].sort()).toEqual(checks);
});
