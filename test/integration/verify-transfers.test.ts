import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

type Found = { check: string; member?: string; subject?: string; expected: string; actual: string };

/** What is done to the rows of one member behind the engine's back, and which checks find it. */
const CORRUPTIONS: [what: string, sql: string, checks: string[]][] = [
  ["nothing", "select 1", []],
  [
    "points that arrived short",
    "update entries set points = points - 1 where member_key = :key and kind = 16",
    ["account_balance", "clearing", "lot_granted", "running_balance"],
  ],
  [
    "points that left too many",
    "update entries set points = points + 1 where member_key = :key and kind = 15",
    ["account_balance", "clearing", "entry_uses", "member_counter", "running_balance"],
  ],
  ["the other side of another transfer", "update entries set source_id = 'another' where member_key = :key and kind = 16", ["clearing"]],
  ["a forgotten count", "delete from counters where member_key = :key", ["member_counter"]],
  [
    "points that a return took from what was given",
    "update lots set clawed_back = 1 where member_key = :key and source_kind = 13",
    ["lot_used"],
  ],
];

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram({ ...SHOP, wallets: [{ id: "points", transfers: { fee: { points: 1 } } }] });
});
afterAll(() => loyalty.close());

test.each(CORRUPTIONS)("%s is found after a transfer each way", async (what, sql, checks) => {
  const [one, other] = [`${what}-one`.replaceAll(" ", "-"), `${what}-other`.replaceAll(" ", "-")];
  for (const memberId of [one, other]) {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(memberId, { memberId, unitPrice: 5000 }) });
  }
  for (const [from, to] of [
    [one, other],
    [other, one],
  ]) {
    await loyalty.expectStatus(201, "POST", "/v1/transfers", { body: { id: `${from}-gives`, from, to, points: 7 } });
  }
  const key = `(select member_key from members where id = '${one}')`;
  await loyalty.database.query(`begin; set local session_replication_role = replica; ${sql.replaceAll(":key", key)}; commit`);

  const { body } = await loyalty.expectStatus<{ differences: Found[] }>(200, "GET", "/v1/verification");

  const isOfThis = ({ member, subject = "" }: Found) => member === one || (member === undefined && subject.startsWith("transfer"));
  const found = body.differences.filter(
    (difference) => isOfThis(difference) && JSON.stringify(difference).includes(what.replaceAll(" ", "-")),
  );
  expect([...new Set(found.map(({ check }) => check))].sort()).toEqual(checks);
  expect(body.differences.filter(({ member }) => member === other)).toEqual([]);
});
