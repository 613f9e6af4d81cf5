import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { SHOP } from "../support/shop.ts";

type Made = { id: string; key: string };
type Verified = { differenceCount: number; differences: { check: string; subject: string }[] };

let one: TestService;
let other: TestService;
let admin: string;
let n = 0;
beforeAll(async () => {
  one = await startTestService({ now: "2026-03-01T12:00:00Z" });
  admin = (await one.createProgram({ ...SHOP, timeZone: "Asia/Shanghai", adjustments: {} })).key;
  other = await startTestService({ now: "2026-03-01T12:00:00Z", database: one.database });
  for (const id of ["ada", "bob"]) await one.expectStatus(201, "POST", "/v1/members", { body: { id } });
});
afterAll(async () => {
  await other.close();
  await one.close();
});
beforeEach(() => {
  one.use(admin);
  one.clock.set("2026-03-01T12:00:00Z");
});

const keyWith = async (pointsPerDay: number, scopes = ["points:write"]): Promise<Made> =>
  (await one.expectStatus<Made>(201, "POST", "/v1/keys", { body: { name: "agents", scopes, pointsPerDay } })).body;
const adjust = ({ request }: TestService, key: string, points: number, { memberId = "ada", id = `adj-${++n}` } = {}) =>
  request("POST", `/v1/members/${memberId}/adjustments`, { key, body: { id, points, reason: "test", shortfall: "debt" } });
const verify = async (): Promise<Verified> => (await one.expectStatus<Verified>(200, "GET", "/v1/verification")).body;

test("of many adjustments at once, of two members in two processes, no more is given than the key may give", async () => {
  const { key } = await keyWith(100);

  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, index) => adjust(index % 2 ? one : other, key, 7, { memberId: index % 3 ? "ada" : "bob" })),
  );

  expect(answers.filter(({ status }) => status === 201)).toHaveLength(14);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(26);
  for (const { body } of refused) expect(body).toMatchObject({ code: "key_points_limit", details: { atMost: 100, requested: 7 } });
  const left = await adjust(one, key, 3);
  expect(left).toMatchObject({ status: 409, body: { details: { left: 2, requested: 3 } } });
  expect(await adjust(other, key, 2)).toMatchObject({ status: 201, body: { keyPointsLeft: 0 } });
  expect(await verify()).toMatchObject({ differenceCount: 0 });
});

test("what is taken is not counted, a replay is counted once, and a day of the program begins anew", async () => {
  const { key } = await keyWith(10);

  const taken = await adjust(one, key, -50);
  const given = await adjust(one, key, 6, { id: "once" });
  const again = await adjust(one, key, 6, { id: "once" });
  const over = await adjust(one, key, 5);
  one.clock.set("2026-03-01T16:00:00Z"); // midnight in Shanghai
  const nextDay = await adjust(one, key, 10);

  expect(taken.status).toBe(201);
  expect(taken.body).not.toHaveProperty("keyPointsLeft");
  expect(given).toMatchObject({ status: 201, body: { keyPointsLeft: 4 } });
  expect(again).toMatchObject({ status: 200, body: { keyPointsLeft: 4 } });
  expect(over).toMatchObject({ status: 409, body: { code: "key_points_limit", details: { left: 4 } } });
  expect(nextDay).toMatchObject({ status: 201, body: { keyPointsLeft: 0 } });
});

test("a key keeps what it has used when it is rotated, and gives nothing in bulk or by opening balances", async () => {
  const { id, key } = await keyWith(10, ["admin"]);
  await adjust(one, key, 8);
  const rotated = await one.expectStatus<Made>(200, "POST", `/v1/keys/${id}/rotate`, { key, body: {} });

  expect(await adjust(one, rotated.body.key, 3)).toMatchObject({ status: 409, body: { details: { left: 2 } } });
  const give = { points: { wallet: "points", points: 1 } };
  const bulk = { id: "bulk", reason: "test", to: { memberIds: ["ada"] }, give };
  const refused = await one.expectStatus(409, "POST", "/v1/bulk-grants", { key, body: bulk });
  expect(refused.body).toMatchObject({ code: "key_points_limit" });
  const opening = { type: "openingBalance", id: "o", memberId: "ada", occurredAt: "2026-02-01T00:00:00Z", lots: [] };
  const headers = { "content-type": "application/x-ndjson" };
  const lines = await one.expectStatus<{ text: string }>(200, "POST", "/v1/import", { key, headers, body: `${JSON.stringify(opening)}\n` });
  expect(lines.body.text).toContain('"code":"key_points_limit"');
  const lent = await one.expectStatus(403, "POST", "/v1/keys", {
    key,
    body: { name: "more", scopes: ["points:write"], pointsPerDay: 10 },
  });
  expect(lent.body).toMatchObject({ code: "beyond_own_key", errors: [{ pointer: "/scopes" }] });
});

test("verification finds a count that is not what the key has given", async () => {
  const { id, key } = await keyWith(10);
  await adjust(one, key, 8);
  await one.database.query("update counters set used = 1 where key = $1", [`given ${id}`]);

  const { differences } = await verify();

  expect(differences).toEqual([expect.objectContaining({ check: "program_counter", subject: expect.stringContaining(`given ${id}`) })]);
});
