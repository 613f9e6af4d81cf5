import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programInput } from "../support/rules.ts";
import { runCli } from "../support/run-cli.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Head = { id: string; revision: number; validated: { at: string; against: number; valid: boolean } | null };
type Validation = {
  valid: boolean;
  against: number;
  errors: { pointer: string; code: string; detail: string }[];
  testCases: { run: number; failed: number };
  changes: string[];
};

const START = "2026-05-01T00:00:00.000Z";
const JUNE = "2026-06-01T00:00:00.000Z";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: START });
  await loyalty.createProgram(shop(5));
});
afterAll(() => loyalty.close());

/** A shop that gives `percent` off, and expects so. */
function shop(percent: number, over: Record<string, unknown> = {}): Record<string, unknown> {
  const expected = { name: "off", at: START, order: { lines: [{ unitPrice: 100 }] }, expect: { discount: percent } };
  return programInput({
    id: "drafted",
    rules: [{ id: "off", effects: [{ kind: "discount_percent", percent }] }],
    tests: [expected],
    ...over,
  });
}

const put = <Body = Head>(id: string, body: unknown, headers = {}) => loyalty.request<Body>("PUT", `/v1/drafts/${id}`, { body, headers });
const post = <Body>(path: string, headers = {}) => loyalty.request<Body>("POST", `/v1/drafts/${path}`, { headers });
const get = <Body = Head & { content: unknown }>(id: string) => loyalty.request<Body>("GET", `/v1/drafts/${id}`);
const versions = async () => {
  const { body } = await loyalty.expectStatus<{ data: { version: number; state: string }[] }>(200, "GET", "/v1/rule-sets");
  return body.data.map(({ version, state }) => `${version} ${state}`);
};

describe("a draft", () => {
  test("is kept as it was sent, also when it could not be published", async () => {
    const content = { id: "another", rules: "not yet", nested: { anything: [1, null, "二"] } };

    const made = await put("odd", content);
    expect(made).toMatchObject({ status: 201, body: { id: "odd", validated: null }, headers: { etag: `"${made.body.revision}"` } });
    expect((await get("odd")).body.content).toEqual(content);

    expect((await put("odd", {})).status).toBe(200);
    expect((await get("odd")).body.content).toEqual({});
    const listed = await loyalty.expectStatus<{ data: Head[] }>(200, "GET", "/v1/drafts");
    expect(listed.body.data.map(({ id }) => id)).toContain("odd");
    expect(listed.body.data[0]).not.toHaveProperty("content");
  });

  test.each([[[]], ["text"], [null]])("is a JSON object: %j is refused", async (body) => {
    expect(await put("no-object", body === "text" ? '"text"' : JSON.stringify(body), { "content-type": "application/json" })).toMatchObject(
      {
        status: 422,
        body: { code: "request_invalid" },
      },
    );
    expect((await get("no-object")).status).toBe(404);
  });

  test("is not overwritten, dropped or published unseen", async () => {
    const { body: first } = await put("guarded", shop(6));
    const { body: second } = await put("guarded", shop(7), { "if-match": `"${first.revision}"` });
    const stale = { "if-match": `"${first.revision}"` };

    expect(await put("guarded", shop(8), stale)).toMatchObject({ status: 412, body: { code: "etag_mismatch" } });
    expect((await post("guarded/publish", stale)).status).toBe(412);
    expect((await loyalty.request("DELETE", "/v1/drafts/guarded", { headers: stale })).status).toBe(412);
    expect((await put("never", {}, stale)).status).toBe(412);
    expect((await get("guarded")).body.revision).toBe(second.revision);
    expect(await versions()).toEqual(["1 in_force"]);

    expect((await loyalty.request("DELETE", "/v1/drafts/guarded", { headers: { "if-match": `"${second.revision}"` } })).status).toBe(204);
    expect((await get("guarded")).status).toBe(404);
    expect((await put("guarded", {})).body.revision).toBeGreaterThan(second.revision);
  });
});

describe("validating", () => {
  test("answers what is wrong, each at its place, and remembers it", async () => {
    const { timeZone: _, ...incomplete } = shop(10, { rules: [{ id: "off", when: "order.nett > 1", effects: [] }] });
    await put("wrong", incomplete);

    const shape = await post<Validation>("wrong/validate");
    expect(shape).toMatchObject({ status: 200, body: { valid: false, against: 1, testCases: { run: 0, failed: 0 }, changes: [] } });
    expect(shape.body.errors.map(({ pointer }) => pointer).sort()).toEqual(["/rules/0/effects", "/timeZone"]);
    expect((await get("wrong")).body.validated).toEqual({ at: START, against: 1, valid: false });

    await put("wrong", shop(10, { rules: [{ id: "off", when: "order.nett > 1", effects: [{ kind: "free_shipping" }] }] }));
    expect((await get("wrong")).body.validated).toBeNull();
    const condition = await post<Validation>("wrong/validate");
    expect(condition.body.errors).toMatchObject([{ pointer: "/rules/0/when", detail: expect.stringContaining("line 1, column") }]);
  });

  test("runs the test cases and says what would change", async () => {
    await put(
      "fails",
      shop(10, { tests: [{ name: "off", at: START, order: { lines: [{ unitPrice: 100 }] }, expect: { discount: 9, net: 91 } }] }),
    );

    expect((await post<Validation>("fails/validate")).body).toMatchObject({
      valid: false,
      errors: [{ pointer: "/tests/0/expect/discount" }, { pointer: "/tests/0/expect/net" }],
      testCases: { run: 1, failed: 1 },
      changes: ["rule off: percent 5 → 10", "test cases: 1 changed"],
    });
    expect((await post("fails/publish")).status).toBe(422);
    expect((await post(`fails/publish?at=${JUNE}`)).status).toBe(422);
    expect(await versions()).toEqual(["1 in_force"]);

    await put("fails", shop(10));
    expect((await post<Validation>("fails/validate")).body).toMatchObject({ valid: true, errors: [], testCases: { run: 1, failed: 0 } });
    expect((await get("fails")).body.validated).toEqual({ at: START, against: 1, valid: true });
  });

  test("sees what only the program's history forbids", async () => {
    await put("euro", shop(10, { currency: "EUR" }));
    expect((await post<Validation>("euro/validate")).body).toMatchObject({ valid: false, errors: [{ pointer: "/currency" }] });
    await put("other", shop(10, { id: "somebody-else" }));
    expect((await post<Validation>("other/validate")).body).toMatchObject({ valid: false, errors: [{ pointer: "/id" }] });
  });
});

test("a draft is published for a time to come, then at once, and stays", async () => {
  const { body } = await put("good", shop(10));
  const seen = { "if-match": `"${body.revision}"` };

  expect((await post(`good/publish?at=${JUNE}`, seen)).body).toMatchObject({ version: 2, inForce: 1, applied: true });
  expect(await versions()).toEqual(["2 scheduled", "1 in_force"]);
  expect((await post("good/publish", seen)).body).toMatchObject({ version: 3, inForce: 3, scheduled: [{ version: 2 }] });
  expect((await get("good")).body.revision).toBe(body.revision);
});

test("loyalty drafts puts, validates, publishes, lists and deletes", { timeout: 120_000 }, async () => {
  const url = await loyalty.listen();
  const folder = await mkdtemp(join(tmpdir(), "loyalty-drafts-"));
  const drafts = (...args: string[]) => runCli(["drafts", ...args], { LOYALTY_URL: url, LOYALTY_KEY: loyalty.rootKey });
  const ofShop = ["--program", "drafted"];
  const file = join(folder, "draft.json");
  await writeFile(file, JSON.stringify(shop(12)));

  expect((await drafts("put", "from-file", file)).out).toMatch(/^kept: draft from-file of drafted, revision \d+\n$/);
  expect((await drafts("validate", "from-file", ...ofShop)).out).toContain("test cases: 1 run, 0 failed\ndraft from-file is valid\n");
  expect((await drafts("publish", "from-file", ...ofShop)).out).toMatch(/applied: version \d+ of drafted is in force\n/);
  await writeFile(file, JSON.stringify(shop(12, { currency: "EUR" })));
  await drafts("put", "from-file", file);
  expect(await drafts("validate", "from-file", ...ofShop)).toMatchObject({
    code: 1,
    err: expect.stringContaining("/currency: It is CNY for good"),
  });
  expect((await drafts("list", ...ofShop)).out).toMatch(/^from-file\t.*\troot\tnot valid$/m);
  expect((await drafts("delete", "from-file", ...ofShop)).out).toBe("dropped: draft from-file\n");
  await rm(folder, { recursive: true });
});
