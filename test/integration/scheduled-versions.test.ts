import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Published = {
  version: number;
  inForce: number;
  applied: boolean;
  changes: string[];
  scheduled: { version: number; effectiveAt: string }[];
};
type Refused = { code: string; errors: { pointer: string; detail: string }[] };
type Head = { version: number; state: string; effectiveAt: string };

let database: TestDatabase;
/** Two processes on one database. */
let first: TestService;
let second: TestService;
beforeAll(async () => {
  database = await cloneDatabase();
  first = await startTestService({ database });
  second = await startTestService({ database });
});
afterAll(async () => {
  await first.close();
  await second.close();
  await database.drop();
});

const setClocks = (at: string) => {
  for (const { clock } of [first, second]) clock.set(at);
};
const START = "2026-05-01T00:00:00Z";
const JUNE = "2026-06-01T00:00:00.000Z";
const BEFORE_JUNE = "2026-05-31T23:59:59.999Z";
const JULY = "2026-07-01T00:00:00.000Z";

/** A shop that gives `percent` off. */
const shop = (id: string, percent: number, over: Record<string, unknown> = {}) =>
  programInput({ id, autoEnroll: true, rules: [{ id: "off", effects: [{ kind: "discount_percent", percent }] }], ...over });
const of = (id: string) => ({ headers: { "loyalty-program": id } });
const put = <Body = Published>(id: string, percent: number, query = "", over = {}) =>
  first.request<Body>("PUT", `/v1/program${query}`, { ...of(id), body: shop(id, percent, over) });
const published = async (id: string, percent: number, query = "", over = {}) => {
  const answer = await put(id, percent, query, over);
  expect(answer.status).toBe(200);
  return answer.body;
};
const states = async (id: string) => {
  const { body } = await second.expectStatus<{ data: Head[] }>(200, "GET", "/v1/rule-sets", of(id));
  return body.data.map(({ version, state }) => `${version} ${state}`);
};

let orders = 0;
/** Places an order of 100 in a process and answers which version decided it and what came off. */
async function order(service: TestService, id: string): Promise<{ ruleSet: number; discount: number }> {
  orders += 1;
  const line = { line: 1, sku: "a", quantity: 1, unitPrice: 100 };
  const body = { id: `order-${orders}`, memberId: "ada", occurredAt: service.clock.now().toISOString(), currency: "CNY", lines: [line] };
  const answer = await service.expectStatus<{ ruleSet: number; totals: { discount: number } }>(201, "POST", "/v1/orders", {
    ...of(id),
    body,
  });
  return { ruleSet: answer.body.ruleSet, discount: answer.body.totals.discount };
}

describe("a version that is published for a time to come", () => {
  test("decides from that instant on, in both processes, and not the instant before", async () => {
    setClocks(START);
    await published("exact", 5);
    expect(await order(second, "exact")).toEqual({ ruleSet: 1, discount: 5 });

    const scheduled = await published("exact", 10, `?at=${JUNE}`);
    expect(scheduled).toMatchObject({ version: 2, inForce: 1, applied: true, scheduled: [{ version: 2, effectiveAt: JUNE }] });
    expect(scheduled.changes).toEqual(["rule off: percent 5 → 10"]);

    setClocks(BEFORE_JUNE);
    for (const service of [first, second]) expect(await order(service, "exact")).toEqual({ ruleSet: 1, discount: 5 });
    expect(await states("exact")).toEqual(["2 scheduled", "1 in_force"]);
    expect((await first.request("GET", "/v1/program", of("exact"))).headers.etag).toBe('"1"');

    setClocks(JUNE);
    for (const service of [first, second]) expect(await order(service, "exact")).toEqual({ ruleSet: 2, discount: 10 });
    expect(await states("exact")).toEqual(["2 in_force", "1 former"]);
    expect((await second.request("GET", "/v1/program", of("exact"))).headers.etag).toBe('"2"');
    const all = await first.expectStatus<{ data: { id: string; version: number }[] }>(200, "GET", "/v1/programs?limit=200");
    expect(all.body.data).toContainEqual(expect.objectContaining({ id: "exact", version: 2 }));
  });

  test("is announced in the outbox, as every publication is", async () => {
    const events = await database.query<{ type: string; version: number; data: unknown }>(
      `select type, version::int, data from events where member_key = 0
          and program_id = (select program_id from programs where id = 'exact') order by version`,
    );

    expect(events).toEqual([
      { type: "rule_set.published", version: 1, data: { version: 1, effectiveAt: "2026-05-01T00:00:00.000Z", publishedBy: "root" } },
      { type: "rule_set.scheduled", version: 2, data: { version: 2, effectiveAt: JUNE, publishedBy: "root" } },
    ]);
  });

  test("a quote of the version before is kept", async () => {
    setClocks(START);
    await published("quoted", 5);
    await published("quoted", 10, `?at=${JUNE}`);
    setClocks("2026-05-31T23:50:00Z");
    const cart = { memberId: "ada", currency: "CNY", lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 100 }] };
    const quote = await first.expectStatus<{ quoteToken: string }>(200, "POST", "/v1/quotes", { ...of("quoted"), body: cart });
    setClocks("2026-06-01T00:05:00Z");

    const occurredAt = second.clock.now().toISOString();
    const body = { ...cart, id: "quoted-order", occurredAt, quoteToken: quote.body.quoteToken };
    const placed = await second.expectStatus<{ ruleSet: number }>(201, "POST", "/v1/orders", { ...of("quoted"), body });

    expect(placed.body.ruleSet).toBe(1);
    expect((await order(second, "quoted")).ruleSet).toBe(2);
  });

  test("stays scheduled when something else is published now; versions come in the order of their times", async () => {
    setClocks(START);
    await published("busy", 5);
    await published("busy", 30, `?at=${JULY}`);
    await published("busy", 20, `?at=${JUNE}`);
    const now = await published("busy", 6);

    expect(now).toMatchObject({
      version: 4,
      inForce: 4,
      scheduled: [
        { version: 3, effectiveAt: JUNE },
        { version: 2, effectiveAt: JULY },
      ],
    });
    expect(await states("busy")).toEqual(["4 in_force", "3 scheduled", "2 scheduled", "1 former"]);
    expect((await order(second, "busy")).ruleSet).toBe(4);
    setClocks(JUNE);
    expect((await order(second, "busy")).ruleSet).toBe(3);
    setClocks(JULY);
    expect((await order(first, "busy")).ruleSet).toBe(2);
    expect((await published("busy", 7)).version).toBe(5);
    expect((await order(second, "busy")).ruleSet).toBe(5);
  });

  test("may be the first of its program", async () => {
    setClocks(START);
    expect(await published("later", 5, `?at=${JUNE}`)).toMatchObject({ version: 1, inForce: 0, applied: true });
    expect((await first.request("GET", "/v1/program", of("later"))).status).toBe(404);
    const body = { id: "ada" };
    expect((await first.request("POST", "/v1/members", { ...of("later"), body })).status).toBe(404);

    setClocks(JUNE);
    expect((await order(second, "later")).ruleSet).toBe(1);
  });

  test("the same again, or a dry run, schedules nothing more", async () => {
    setClocks(START);
    await published("again", 5);
    const dry = await published("again", 10, `?at=${JUNE}&dryRun=true`);
    expect(dry).toMatchObject({ version: 1, applied: false, changes: ["rule off: percent 5 → 10"], scheduled: [] });
    await published("again", 10, `?at=${JUNE}`);
    expect(await published("again", 10, `?at=${JUNE}`)).toMatchObject({ version: 2, inForce: 1, applied: false, changes: [] });
    expect(await states("again")).toEqual(["2 scheduled", "1 in_force"]);
  });

  test("a former version is published again at a time", async () => {
    setClocks(START);
    await published("back", 5);
    await published("back", 10);
    const back = await first.expectStatus<Published>(200, "POST", `/v1/rule-sets/1/publish?at=${JUNE}`, of("back"));

    expect(back.body).toMatchObject({ version: 3, inForce: 2, scheduled: [{ version: 3, effectiveAt: JUNE }] });
    setClocks(JUNE);
    expect(await order(second, "back")).toEqual({ ruleSet: 3, discount: 5 });
  });
});

describe("cancelling", () => {
  const cancel = <Body = Head>(id: string, version: number) => second.request<Body>("DELETE", `/v1/rule-sets/${version}`, of(id));

  test("takes a scheduled version back; its number stays used", async () => {
    setClocks(START);
    await published("cancelled", 5);
    await published("cancelled", 10, `?at=${JUNE}`);

    expect(await cancel("cancelled", 2)).toMatchObject({ status: 200, body: { version: 2, state: "cancelled", effectiveAt: JUNE } });
    expect(await cancel("cancelled", 2)).toMatchObject({ status: 200, body: { state: "cancelled" } });

    setClocks(JUNE);
    for (const service of [first, second]) expect((await order(service, "cancelled")).ruleSet).toBe(1);
    expect((await published("cancelled", 20)).version).toBe(3);
    expect(await states("cancelled")).toEqual(["3 in_force", "2 cancelled", "1 former"]);
  });

  test("is refused for what is or was in force, and changes nothing", async () => {
    setClocks(START);
    await published("kept", 5);
    await published("kept", 10, `?at=${JUNE}`);
    setClocks(JUNE);

    for (const version of [1, 2]) {
      expect(await cancel<Refused>("kept", version)).toMatchObject({ status: 409, body: { code: "rule_set_not_scheduled" } });
    }
    expect(await cancel<Refused>("kept", 9)).toMatchObject({ status: 404, body: { code: "rule_set_not_found" } });
    expect(await states("kept")).toEqual(["2 in_force", "1 former"]);
  });
});

describe("is refused, and schedules nothing", () => {
  test.each([
    ["a time that has passed", "?at=2026-04-30T00:00:00Z", "/query/at"],
    ["this very instant", `?at=${START}`, "/query/at"],
    ["a time without seconds", "?at=2026-06-01T00:00Z", "/query/at"],
  ])("%s", async (_, query, pointer) => {
    setClocks(START);
    await published("refused", 5);

    expect(await put<Refused>("refused", 10, query)).toMatchObject({
      status: 422,
      body: { code: "request_invalid", errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
    });
    expect(await states("refused")).toEqual(["1 in_force"]);
  });

  test("a definition whose test case fails", async () => {
    setClocks(START);
    await published("tested", 5);
    const tests = [{ name: "off", at: JUNE, order: { lines: [{ unitPrice: 100 }] }, expect: { discount: 9 } }];

    const refused = await put<Refused>("tested", 10, `?at=${JUNE}`, { tests });

    expect(refused).toMatchObject({ status: 422, body: { code: "program_invalid", errors: [{ pointer: "/tests/0/expect/discount" }] } });
    expect(await states("tested")).toEqual(["1 in_force"]);
  });

  test("a wallet that a scheduled version would drop again, and one that it needs is no reason to refuse what comes before", async () => {
    setClocks(START);
    const status = { wallets: [{ id: "points" }, { id: "status", kind: "status" }] };
    await published("wallets", 5);
    await published("wallets", 10, `?at=${JUNE}`);

    const refused = await put<Refused>("wallets", 6, "", status);
    expect(refused).toMatchObject({ status: 422, body: { code: "program_invalid", errors: [{ pointer: "/wallets" }] } });
    expect(refused.body.errors[0]?.detail).toBe(
      `Version 2 is scheduled for ${JUNE} and has no wallet "status": cancel it first, and schedule it anew`,
    );

    await published("wallets", 20, `?at=${JULY}`, status);
    expect((await published("wallets", 6)).version).toBe(4);
    setClocks(JULY);
    expect((await order(second, "wallets")).ruleSet).toBe(3);
    expect(await put<Refused>("wallets", 6)).toMatchObject({
      status: 422,
      body: { errors: [{ detail: 'The wallet "status" cannot be dropped' }] },
    });
  });
});

test("orders of many callers at the instant: each is decided by one version, the later ones by the new one", async () => {
  setClocks(BEFORE_JUNE);
  await published("race", 5);
  await published("race", 10, `?at=${JUNE}`);

  const before = Array.from({ length: 20 }, (_, index) => order(index % 2 === 0 ? first : second, "race"));
  setClocks(JUNE);
  const after = Array.from({ length: 20 }, (_, index) => order(index % 2 === 0 ? first : second, "race"));

  for (const { ruleSet, discount } of await Promise.all([...before, ...after])) expect(discount).toBe(ruleSet === 1 ? 5 : 10);
  expect(await order(first, "race")).toEqual({ ruleSet: 2, discount: 10 });
});
