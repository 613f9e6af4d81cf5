import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

type Published = { program: string; version: number; changes: string[]; applied: boolean };
type RuleSets = { data: { version: number; publishedAt: string; publishedBy: string }[]; nextCursor: string | null };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
});
afterAll(() => loyalty.close());

/** Publishes as root; each test has a program of its own. */
const put = (id: string, over: Record<string, unknown> = {}, path = "/v1/program", headers: Record<string, string> = {}) =>
  loyalty.request<Published>("PUT", path, { headers: { "loyalty-program": id, ...headers }, body: programInput({ id, ...over }) });

const inProgram = (id: string) => ({ headers: { "loyalty-program": id } });

const versionsOf = (id: string) =>
  loyalty.database.query<{ version: number }>("select rule_sets.version from rule_sets join programs using (program_id) where id = $1", [
    id,
  ]);

describe("PUT /v1/program", () => {
  test("creates a program, and then publishes versions of it", async () => {
    const created = await put("first");
    expect(created).toMatchObject({ status: 200, body: { program: "first", version: 1, applied: true }, headers: { etag: '"1"' } });

    const changed = await put("first", { name: "Another" });
    expect(changed).toMatchObject({
      status: 200,
      body: { version: 2, applied: true, changes: ["program: name Test → Another"] },
      headers: { etag: '"2"' },
    });

    const { body } = await loyalty.expectStatus<RuleSets>(200, "GET", "/v1/rule-sets", inProgram("first"));
    expect(body.data.map(({ version, publishedBy }) => [version, publishedBy])).toEqual([
      [2, "root"],
      [1, "root"],
    ]);
  });

  test("changes nothing for the same definition, however it is written", async () => {
    await put("same");
    const again = await put("same", { autoEnroll: false, rules: [] });

    expect(again).toMatchObject({ status: 200, body: { program: "same", version: 1, changes: [], applied: false, testCases: 0 } });
    expect(await versionsOf("same")).toHaveLength(1);
  });

  test("with dryRun only says what would change", async () => {
    const unknown = await put("dry", {}, "/v1/program?dryRun=true");
    expect(unknown.body).toMatchObject({ version: 0, applied: false, changes: expect.arrayContaining(["program dry: created"]) });
    expect(await loyalty.database.query("select 1 from programs where id = 'dry'")).toEqual([]);

    await put("dry");
    const known = await put("dry", { name: "Another" }, "/v1/program?dryRun=true");
    expect(known.body).toEqual({
      program: "dry",
      version: 1,
      inForce: 1,
      scheduled: [],
      changes: ["program: name Test → Another"],
      applied: false,
      testCases: 0,
    });
    expect(await versionsOf("dry")).toHaveLength(1);
  });

  test("guards against a lost race with If-Match", async () => {
    await put("race");
    await put("race", { name: "Theirs" });

    const lost = await put("race", { name: "Mine" }, "/v1/program", { "if-match": '"1"' });
    expect(lost).toMatchObject({ status: 412, body: { code: "etag_mismatch", details: { version: 2 } } });
    const won = await put("race", { name: "Mine" }, "/v1/program", { "if-match": '"2"' });
    expect(won.body).toMatchObject({ version: 3, applied: true });
  });

  test("gives each of many at once a version of its own", async () => {
    await put("many");
    const published = await Promise.all(Array.from({ length: 8 }, (_, index) => put("many", { name: `Name ${index}` })));

    expect(published.map(({ body }) => body.version).sort()).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test("creates one program of many at once", async () => {
    const published = await Promise.all(Array.from({ length: 8 }, () => put("birth")));

    expect(published.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(published.filter(({ body }) => body.applied)).toHaveLength(1);
    expect(await versionsOf("birth")).toEqual([{ version: 1 }]);
  });

  test("numbers wallets for good", async () => {
    await put("wallets");
    await put("wallets", { wallets: [{ id: "points" }, { id: "status", kind: "status" }, { id: "miles" }] });

    const numbered = await loyalty.database.query(
      "select wallet, w.id from wallets w join programs p using (program_id) where p.id = 'wallets' order by wallet",
    );
    expect(numbered).toEqual([
      { wallet: 1, id: "points" },
      { wallet: 2, id: "status" },
      { wallet: 3, id: "miles" },
    ]);
    const dropped = await put("wallets", { wallets: [{ id: "points" }, { id: "status", kind: "status" }] });
    expect(dropped).toMatchObject({ status: 422, body: { code: "program_invalid", errors: [{ pointer: "/wallets" }] } });
    const changed = await put("wallets", { wallets: [{ id: "miles" }, { id: "points" }, { id: "status", kind: "status" }] });
    expect(changed).toMatchObject({ status: 422, body: { code: "program_invalid", errors: [{ pointer: "/wallets/0/id" }] } });
    expect(await versionsOf("wallets")).toHaveLength(2);
  });

  test("refuses what it cannot run, with the pointer, and publishes nothing", async () => {
    await put("broken");
    const rule = (when: string) => ({ rules: [{ id: "r", when, effects: [{ kind: "bonus_points", wallet: "points", points: 1 }] }] });

    const cases: [Record<string, unknown>, string][] = [
      [{ currency: "pounds" }, "/currency"],
      [{ timeZone: "Mars/Olympus" }, "/timeZone"],
      [{ colour: "red" }, "/colour"],
      [{ id: "other" }, "/id"],
      [rule("order.grss > 1"), "/rules/0/when"],
      [rule("order.gross +"), "/rules/0/when"],
      [rule("order.gross + 1"), "/rules/0/when"],
    ];
    for (const [over, pointer] of cases) {
      const refused = await loyalty.request("PUT", "/v1/program", {
        ...inProgram("broken"),
        body: programInput({ id: "broken", ...over }),
      });
      expect(refused).toMatchObject({
        status: 422,
        body: { code: "program_invalid", errors: [{ pointer, detail: expect.stringMatching(/./) }] },
      });
    }
    expect(await versionsOf("broken")).toHaveLength(1);
  });

  test("lets a key with program:write change its own program only", async () => {
    await put("keyed");
    const made = await loyalty.expectStatus<{ id: string; key: string }>(201, "POST", "/v1/keys", {
      ...inProgram("keyed"),
      body: { name: "deploy", scopes: ["program:write"] },
    });

    const own = await loyalty.request<Published>("PUT", "/v1/program", {
      key: made.body.key,
      body: programInput({ id: "keyed", name: "By key" }),
    });
    expect(own.body).toMatchObject({ version: 2, applied: true });
    const foreign = await loyalty.request("PUT", "/v1/program", { key: made.body.key, body: programInput({ id: "first" }) });
    expect(foreign).toMatchObject({ status: 422, body: { errors: [{ pointer: "/id" }] } });
    const [publisher] = await loyalty.database.query<{ published_by: string }>(
      "select published_by from rule_sets join programs using (program_id) where id = 'keyed' and rule_sets.version = 2",
    );
    expect(`key_${publisher?.published_by}`).toBe(made.body.id);
  });
});

describe("reading programs", () => {
  test("GET /v1/program answers the version in force with its entity tag", async () => {
    await put("read");
    const { body, headers } = await loyalty.expectStatus(200, "GET", "/v1/program", inProgram("read"));

    expect(headers.etag).toBe('"1"');
    expect(body).toMatchObject({
      program: "read",
      version: 1,
      definition: { id: "read", autoEnroll: false, wallets: [{ id: "points", kind: "spendable" }] },
    });
    const same = await loyalty.request("GET", "/v1/program", { headers: { "loyalty-program": "read", "if-none-match": '"1"' } });
    expect(same).toMatchObject({ status: 304, body: { text: "" }, headers: { etag: '"1"' } });
    await put("read", { name: "Changed" });
    const current = await loyalty.request("GET", "/v1/program", { headers: { "loyalty-program": "read", "if-none-match": '"1"' } });
    expect(current).toMatchObject({ status: 200, body: { version: 2, definition: { name: "Changed" } } });
  });

  test("versions are kept as they were published", async () => {
    await put("kept");
    await put("kept", { name: "Second" });

    const first = await loyalty.expectStatus(200, "GET", "/v1/rule-sets/1", inProgram("kept"));
    expect(first.body).toMatchObject({ version: 1, definition: { name: "Test" } });
    const unknown = await loyalty.expectStatus(404, "GET", "/v1/rule-sets/3", inProgram("kept"));
    expect(unknown.body).toMatchObject({ code: "rule_set_not_found", details: { version: 3 } });
    const page = await loyalty.expectStatus<RuleSets>(200, "GET", "/v1/rule-sets?limit=1", inProgram("kept"));
    const rest = await loyalty.expectStatus<RuleSets>(200, "GET", `/v1/rule-sets?cursor=${page.body.nextCursor}`, inProgram("kept"));
    expect([page, rest].map(({ body }) => body.data.map(({ version }) => version))).toEqual([[2], [1]]);
    expect(rest.body.nextCursor).toBeNull();
  });

  test("GET /v1/programs lists all, in order, for root alone", async () => {
    await put("list-a");
    await put("list-b");
    const { body } = await loyalty.expectStatus<{ data: { id: string; version: number }[] }>(200, "GET", "/v1/programs");

    expect(body.data.filter(({ id }) => id.startsWith("list-"))).toMatchObject([
      { id: "list-a", version: 1 },
      { id: "list-b", version: 1 },
    ]);
  });
});
