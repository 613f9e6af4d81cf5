import { Writable } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { expectSoundLedger } from "../support/verification.ts";

/** Stands in every field that can say something of a person; nobody else's text. */
const CANARY = "kanarienvogel-4471";
const PHONE = "+4915550447100";

let loyalty: TestService;
let logged = "";
const write = (chunk: unknown, _encoding: string, done: () => void) => {
  logged += String(chunk);
  done();
};
const log = pino({ level: "info" }, new Writable({ write }));

const post = (path: string, body: unknown, status = 201) => {
  const headers = { "idempotency-key": `${path} ${JSON.stringify(body).length}`.slice(0, 100).replaceAll(" ", "_") };
  return loyalty.expectStatus<Record<string, never>>(status, "POST", path, { body, headers });
};
const line = { line: 1, sku: "a", name: CANARY, quantity: 2, unitPrice: 5_000, attributes: { engraving: CANARY } };
const order = (id: string, memberId: string) => ({
  id,
  memberId,
  occurredAt: "2026-02-28T00:00:00Z",
  currency: "CNY",
  attributes: { message: CANARY },
  lines: [line],
});
const profile = (n: number) => ({
  displayName: CANARY,
  email: `${CANARY}@example.com`,
  phone: `${PHONE}${n}`,
  birthDate: "1990-06-10",
  attributes: { nickname: CANARY },
});
const erase = (memberId: string, points = "forfeit") => loyalty.request("POST", `/v1/members/${memberId}/erase`, { body: { points } });

/** What an export has of a member who did everything. */
const KINDS = "account answer audit coupon end entry event hold lot member merge order profile redemption return segment tierChange".split(
  " ",
);

async function dataOf(memberId: string): Promise<Record<string, unknown>[]> {
  const { body } = await loyalty.expectStatus<{ text: string }>(200, "GET", `/v1/members/${memberId}/data`);
  return body.text
    .trimEnd()
    .split("\n")
    .map((text) => JSON.parse(text));
}

/** Everywhere in the database where a text stands. */
async function tablesWith(text: string): Promise<string[]> {
  const tables = await loyalty.database.query<{ name: string }>(
    "select format('%I', relname) as name from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace",
  );
  const found = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await loyalty.database.query(`select 1 from ${name} t where t::text ilike '%' || $1 || '%' limit 1`, [text]);
      return rows.length > 0 ? [name] : [];
    }),
  );
  return found.flat().sort();
}

/** A member of whom every field of the API that takes words has been told one, and who was merged from another. */
async function makeToldMember(id: string): Promise<void> {
  await post("/v1/members", { id, ...profile(1) });
  await post("/v1/members", { id: `${id}-card`, ...profile(2) });
  await post("/v1/members", { id: `${id}-friend` });
  await loyalty.expectStatus(200, "PATCH", `/v1/members/${id}`, { body: { attributes: { more: CANARY } } });
  for (const n of [1, 2, 3]) await post("/v1/orders", order(`${id}-order-${n}`, id));
  await post(`/v1/orders/${id}-order-2/returns`, {
    id: `${id}-return`,
    occurredAt: "2026-02-28T01:00:00Z",
    lines: [{ line: 1, quantity: 1 }],
  });
  const event = { type: "review_written", memberId: id, occurredAt: "2026-02-28T00:00:00Z" };
  await post("/v1/events", { id: `${id}-event`, ...event, data: { text: CANARY } });
  await post(`/v1/members/${id}/adjustments`, { id: `${id}-adjustment`, points: 50, reason: CANARY });
  const given = await loyalty.expectStatus<{ data: { seq: number; kind: string }[] }>(200, "GET", `/v1/members/${id}/entries?limit=200`);
  const seq = given.body.data.find(({ kind }) => kind === "adjustment")?.seq;
  await post(`/v1/members/${id}/entries/${seq}/reversal`, { reason: CANARY });
  await loyalty.expectStatus(200, "PUT", `/v1/members/${id}/tier`, {
    body: { tier: "gold", reason: CANARY },
    headers: { "idempotency-key": id },
  });
  const coupon = await post(`/v1/members/${id}/coupons`, { coupon: "gift", reason: CANARY });
  await post(`/v1/members/${id}/coupons/${coupon.body.code}/revoke`, { reason: CANARY }, 200);
  await post(`/v1/members/${id}/holds`, { id: `${id}-hold`, points: 10, reason: CANARY });
  await post(`/v1/members/${id}/redemptions`, { id: `${id}-redemption`, reward: "tote", channel: "online" });
  await post(`/v1/redemptions/${id}-redemption/cancel`, { reason: CANARY }, 200);
  await post("/v1/transfers", { id: `${id}-gift`, from: id, to: `${id}-friend`, points: 5, note: CANARY });
  await post("/v1/transfers", { id: `${id}-thanks`, from: `${id}-friend`, to: id, points: 2, note: CANARY });
  await loyalty.expectStatus(200, "PUT", "/v1/segments/list", { body: { name: "A list", memberIds: [id] } });
  await post("/v1/merges", { id: `${id}-merge`, from: `${id}-card`, into: id, reason: CANARY });
}

beforeAll(async () => {
  loyalty = await startTestService({ log });
  const program = programInput({
    wallets: [{ id: "points", transfers: {} }],
    tiers: [{ id: "regular" }, { id: "gold" }],
    pools: {},
    events: [{ type: "review_written", schema: { properties: { text: { type: "string" } } } }],
    coupons: [{ id: "gift", gives: [{ kind: "discount_amount", amount: 1 }] }],
    rewards: [
      {
        id: "tote",
        label: "Tote",
        price: [{ wallet: "points", points: 5 }],
        gives: { kind: "product", sku: "tote" },
        fulfilment: "confirm",
      },
    ],
    rules: [
      { id: "worded", when: 'order.attributes.message == "another"', effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] },
      { id: "named", when: 'member.attributes.nickname == "another"', effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] },
      {
        id: "reviewed",
        on: "review_written",
        when: 'event.data.text == "another"',
        effects: [{ kind: "bonus_points", wallet: "points", points: 1 }],
      },
    ],
  });
  // Its rules are the first that the process compiles: on a busy machine the next request may find it overloaded.
  await vi.waitFor(() => loyalty.createProgram(program), { timeout: 20_000, interval: 500 });
});
afterAll(() => loyalty.close());

describe("POST /v1/members/{memberId}/erase", () => {
  test("leaves no word of a person in any table or line of the log, and books that sum", async () => {
    await makeToldMember("ada");
    expect((await tablesWith(CANARY)).length).toBeGreaterThan(8);
    const records = await dataOf("ada-card");
    expect(new Set(records.map(({ record }) => record))).toEqual(new Set(KINDS));
    expect(records.at(-1)).toEqual({ record: "end", records: records.length - 1 });
    expect(records.filter(({ record, displayName }) => record === "profile" && displayName === CANARY)).toHaveLength(2);

    const erased = await erase("ada");

    expect(erased).toMatchObject({
      status: 200,
      body: { memberId: "ada", balance: { wallets: { points: { available: 0, pending: 0, held: 0 } } } },
    });
    expect(await tablesWith(CANARY)).toEqual([]);
    expect(await tablesWith(PHONE)).toEqual([]);
    expect(JSON.stringify(await dataOf("ada"))).not.toContain(CANARY);
    expect(logged).toContain('"route":"/v1/members/:memberId/erase"');
    expect(logged.includes(CANARY) || logged.includes(PHONE)).toBe(false);
    await expectSoundLedger(loyalty);
  });

  test("the member is there without a name, with the ledger, the orders and their explanation", async () => {
    const member = await loyalty.expectStatus(200, "GET", "/v1/members/ada");
    expect(member.body).toMatchObject({
      id: "ada",
      status: "erased",
      displayName: null,
      email: null,
      phone: null,
      birthDate: null,
      attributes: {},
    });
    expect((await loyalty.expectStatus(200, "GET", "/v1/members/ada-card")).body).toMatchObject({ id: "ada", status: "erased" });

    const entries = await loyalty.expectStatus<{ data: { kind: string }[] }>(200, "GET", "/v1/members/ada/entries");
    expect(entries.body.data[0]).toMatchObject({ kind: "expiry" });
    const paths = [
      "orders?memberId=ada",
      "orders/ada-order-1",
      "orders/ada-order-1/explanation",
      "members/ada/tier",
      "members/ada/coupons",
    ];
    for (const path of [
      ...paths,
      "members/ada/holds",
      "merges/ada-merge",
      "transfers/ada-gift",
      "transfers/ada-thanks",
      "events/ada-event",
    ]) {
      await loyalty.expectStatus(200, "GET", `/v1/${path}`);
    }
  });

  test("erasing again, under the other id too, is a replay; nothing else can be done with the member", async () => {
    const again = await erase("ada", "keep");
    const byAlias = await erase("ada-card");
    expect(again).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
    expect(byAlias).toMatchObject({ status: 200, body: again.body, headers: { "idempotent-replayed": "true" } });

    const refusals = await Promise.all([
      loyalty.request("POST", "/v1/orders", { body: order("late", "ada") }),
      loyalty.request("PATCH", "/v1/members/ada", { body: { displayName: CANARY } }),
      loyalty.request("POST", "/v1/members", { body: { id: "ada", displayName: CANARY } }),
      loyalty.request("POST", "/v1/merges/ada-merge/undo", { body: { reason: CANARY } }),
    ]);
    expect(refusals.map(({ status, body }) => [status, body.code])).toEqual([
      [409, "member_not_active"],
      [409, "member_not_active"],
      [409, "id_reused"],
      [409, "member_not_active"],
    ]);
    expect(await tablesWith(CANARY)).toEqual([]);
  });

  test("an order of who is erased can still be returned: the money is true", async () => {
    const returned = { id: "after", occurredAt: "2026-02-28T02:00:00Z", lines: [{ line: 1, quantity: 1 }] };
    await post("/v1/orders/ada-order-1/returns", returned);
    await expectSoundLedger(loyalty);
  });

  test("points can be kept until they expire, and a household is left first", async () => {
    await makeToldMember("bob");
    await post("/v1/pools", { id: "home", owner: "bob" });
    const refused = await erase("bob", "keep");
    expect(refused).toMatchObject({ status: 409, body: { code: "pool_conflict", details: { reason: "in_a_pool" } } });
    expect((await loyalty.expectStatus(200, "GET", "/v1/members/bob")).body).toMatchObject({ status: "active", displayName: CANARY });

    await loyalty.expectStatus(200, "DELETE", "/v1/pools/home/members/bob");
    const before = await loyalty.expectStatus<{ wallets: { points: { available: number; held: number } } }>(200, "GET", "/v1/members/bob");
    const { available, held } = before.body.wallets.points;
    const erased = await erase("bob", "keep");

    expect(erased.body).toMatchObject({ forfeited: {}, balance: { wallets: { points: { available: available + held, held: 0 } } } });
    expect(await tablesWith(CANARY)).toEqual([]);
    await loyalty.runJobs();
    await expectSoundLedger(loyalty);
  });

  test("what is erased stays so in the audit: who did it, and nothing of the person", async () => {
    const { body } = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/audit?action=eraseMember&target=ada");
    expect(body.data).toHaveLength(1);
    expect(body.data[0]).toMatchObject({ before: { status: "active" }, after: { status: "erased" } });
  });
});
