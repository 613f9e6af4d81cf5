import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Published = { program: string; version: number; changes: string[]; applied: boolean; testCases: number };
type Refused = { code: string; errors: { pointer: string; code: string; detail: string }[] };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
});
afterAll(() => loyalty.close());

const GOLD_SHOES = {
  name: "gold member, 300 yuan of shoes on the 8th → 15 off, 570 points",
  member: { tier: "gold" },
  at: "2026-03-08T12:00:00+08:00",
  order: { lines: [{ sku: "shoes", category: "shoes", unitPrice: 30_000 }] },
  expect: { discount: 1500, points: { points: 570 }, matched: ["eighth"] },
};

/** On the 8th `off` per cent off, and `multiplier` times the points for gold. */
const shop = (id: string, { percent = 5, multiplier = 2, ...over }: Record<string, unknown> = {}) =>
  programInput({
    id,
    autoEnroll: true,
    tiers: [{ id: "regular" }, { id: "gold", benefits: { multiplier } }],
    rules: [{ id: "eighth", when: "local.day == 8", effects: [{ kind: "discount_percent", percent }] }],
    ...over,
  });

const inProgram = (id: string, headers: Record<string, string> = {}) => ({ headers: { "loyalty-program": id, ...headers } });
const put = <Body = Published>(id: string, over: Record<string, unknown> = {}, query = "") =>
  loyalty.request<Body>("PUT", `/v1/program${query}`, { ...inProgram(id), body: shop(id, over) });
const publish = <Body = Published>(id: string, version: number, { query = "", headers = {} } = {}) =>
  loyalty.request<Body>("POST", `/v1/rule-sets/${version}/publish${query}`, inProgram(id, headers));
const versionsOf = (id: string) =>
  loyalty.database.query<{ version: number }>(
    "select rule_sets.version from rule_sets join programs using (program_id) where id = $1 order by 1",
    [id],
  );

describe("test cases of a definition", () => {
  test("are run, counted, and kept in the version", async () => {
    const published = await put("tested", { tests: [GOLD_SHOES] });
    expect(published).toMatchObject({ status: 200, body: { version: 1, applied: true, testCases: 1 } });
    expect(published.body.changes).toContain("test cases: 1 added");

    const stored = await loyalty.expectStatus(200, "GET", "/v1/rule-sets/1", inProgram("tested"));
    expect(stored.body).toMatchObject({ definition: { tests: [{ name: GOLD_SHOES.name, expect: GOLD_SHOES.expect }] } });
  });

  test("refuse the publication where one fails, each expectation at its pointer, with a dry run too", async () => {
    await put("failing", { tests: [GOLD_SHOES] });
    const tests = [GOLD_SHOES, { ...GOLD_SHOES, name: "silent", expect: { notMatched: ["eighth"] } }];

    for (const query of ["", "?dryRun=true"]) {
      const refused = await put<Refused>("failing", { tests, multiplier: 1.5 }, query);

      expect(refused).toMatchObject({ status: 422, body: { code: "program_invalid", details: { problems: 2 } } });
      expect(refused.body.errors).toEqual([
        {
          pointer: "/tests/0/expect/points/points",
          code: "test_failed",
          detail: `${GOLD_SHOES.name}: expected 570, got 427: base 28500, tier:gold ×1.5`,
        },
        {
          pointer: "/tests/1/expect/notMatched/0",
          code: "test_failed",
          detail: "silent: eighth applied: kind discount_percent, amount 1500, lines [1]",
        },
      ]);
    }
    expect(await versionsOf("failing")).toEqual([{ version: 1 }]);
    const refused = await put("never", { tests, multiplier: 1.5 });
    expect(refused.status).toBe(422);
    expect(await loyalty.database.query("select 1 from programs where id = 'never'")).toEqual([]);
  });
});

describe("GET /v1/rule-sets/{version}/diff", () => {
  test("says in words what is different, in both directions", async () => {
    await put("compared", { tests: [GOLD_SHOES] });
    await put("compared", { percent: 10 });
    await put("compared", { percent: 10, name: "Third" });
    const between = (from: number, to: number) =>
      loyalty.expectStatus(200, "GET", `/v1/rule-sets/${from}/diff?to=${to}`, inProgram("compared"));

    expect((await between(1, 3)).body).toEqual({
      program: "compared",
      from: 1,
      to: 3,
      changes: ["program: name Test → Third", "rule eighth: percent 5 → 10", "test cases: 1 removed"],
    });
    expect((await between(3, 2)).body).toMatchObject({ changes: ["program: name Third → Test"] });
    expect((await between(2, 2)).body).toMatchObject({ changes: [] });
    const unknown = await loyalty.expectStatus(404, "GET", "/v1/rule-sets/9/diff?to=1", inProgram("compared"));
    expect(unknown.body).toMatchObject({ code: "rule_set_not_found", details: { version: 9 } });
  });
});

describe("POST /v1/rule-sets/{version}/publish", () => {
  test("puts a former definition in force as a new version, at once, and orders keep theirs", async () => {
    await put("back");
    await put("back", { percent: 10 });
    const order = async (id: string) => {
      const body = { ...ORDER, id };
      return (
        await loyalty.request<{ ruleSet: number; totals: { discount: number } }>("POST", "/v1/orders", { ...inProgram("back"), body })
      ).body;
    };
    expect(await order("before")).toMatchObject({ ruleSet: 2, totals: { discount: 3000 } });

    const published = await publish("back", 1, { headers: { "if-match": '"2"' } });

    expect(published).toMatchObject({ status: 200, headers: { etag: '"3"' } });
    expect(published.body).toEqual({
      program: "back",
      version: 3,
      inForce: 3,
      scheduled: [],
      changes: ["rule eighth: percent 10 → 5"],
      applied: true,
      testCases: 0,
    });
    expect(await order("after")).toMatchObject({ ruleSet: 3, totals: { discount: 1500 } });
    const kept = await loyalty.expectStatus(200, "GET", "/v1/orders/before", inProgram("back"));
    expect(kept.body).toMatchObject({ ruleSet: 2, totals: { discount: 3000 } });
    const [first, third] = await Promise.all(
      [1, 3].map((version) => loyalty.request("GET", `/v1/rule-sets/${version}`, inProgram("back"))),
    );
    expect(third?.body.definition).toEqual(first?.body.definition);
  });

  const ORDER = {
    memberId: "ada",
    occurredAt: "2026-02-08T12:00:00+08:00",
    currency: "CNY",
    lines: [{ line: 1, sku: "a", quantity: 1, unitPrice: 30_000 }],
  };

  test("changes nothing when the definition is in force, however often and by how many it is asked", async () => {
    await put("again");
    await put("again", { percent: 10 });
    const asked = await Promise.all(Array.from({ length: 6 }, () => publish("again", 1)));

    expect(asked.map(({ body }) => body.version)).toEqual(Array(6).fill(3));
    expect(asked.filter(({ body }) => body.applied)).toHaveLength(1);
    expect((await publish("again", 3)).body).toMatchObject({ version: 3, changes: [], applied: false });
    expect(await versionsOf("again")).toHaveLength(3);
  });

  test("with dryRun only says what would change", async () => {
    await put("trial");
    await put("trial", { percent: 10 });

    const planned = await publish("trial", 1, { query: "?dryRun=true" });
    expect(planned.body).toMatchObject({ version: 2, changes: ["rule eighth: percent 10 → 5"], applied: false });
    expect(await versionsOf("trial")).toHaveLength(2);
  });

  test("refuses a lost race, an unknown version, and one that lacks a wallet of today, and changes nothing", async () => {
    await put("guarded");
    await put("guarded", { wallets: [{ id: "points" }, { id: "status", kind: "status" }] });

    expect(await publish("guarded", 1, { headers: { "if-match": '"1"' } })).toMatchObject({
      status: 412,
      body: { code: "etag_mismatch", details: { version: 2 } },
    });
    expect(await publish("guarded", 7)).toMatchObject({ status: 404, body: { code: "rule_set_not_found" } });
    expect(await publish("guarded", 1)).toMatchObject({
      status: 422,
      body: { code: "program_invalid", errors: [{ pointer: "/wallets", detail: 'The wallet "status" cannot be dropped' }] },
    });
    expect(await versionsOf("guarded")).toHaveLength(2);
  });

  test("needs the scope program:write, and sees versions of its own program only", async () => {
    await put("mine");
    await put("mine", { percent: 10 });
    await put("theirs");
    const keyWith = async (scope: string) => {
      const made = await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", {
        ...inProgram("theirs"),
        body: { name: "key", scopes: [scope] },
      });
      return made.body.key;
    };

    const reader = await loyalty.request("POST", "/v1/rule-sets/1/publish", { key: await keyWith("program:read") });
    expect(reader).toMatchObject({ status: 403, body: { code: "scope_missing" } });
    const foreign = await loyalty.request("POST", "/v1/rule-sets/2/publish", { key: await keyWith("program:write") });
    expect(foreign).toMatchObject({ status: 404, body: { code: "rule_set_not_found" } });
  });
});
