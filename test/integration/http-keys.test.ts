import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

type Key = { id: string; key: string; hint: string; scopes: string[]; createdAt: string };
type Keys = { data: (Omit<Key, "key"> & { revokedAt: string | null })[]; nextCursor: string | null };

let loyalty: TestService;
let admin: string;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-01T00:00:00Z" });
  admin = (await loyalty.createProgram("retail-gbp")).key;
});
afterAll(() => loyalty.close());
beforeEach(() => loyalty.use(admin));

async function makeKey(...scopes: string[]): Promise<Key> {
  return (await loyalty.expectStatus<Key>(201, "POST", "/v1/keys", { body: { name: "a key", scopes } })).body;
}

describe("API keys", () => {
  test("are shown once and kept as SHA-256", async () => {
    const made = await makeKey("members:read");

    expect(made).toMatchObject({
      id: expect.stringMatching(/^key_/),
      key: expect.stringMatching(/^loy_\w{38}$/),
      createdAt: "2026-03-01T00:00:00.000Z",
    });
    const listed = await loyalty.expectStatus<Keys>(200, "GET", "/v1/keys");
    const { key, ...shown } = made;
    expect(listed.body.data[0]).toEqual({ ...shown, lastUsedAt: null, revokedAt: null, former: [] });
    expect(JSON.stringify(listed.body)).not.toContain(key);
    const [row] = await loyalty.database.query<{ row: string; hash: string }>(
      "select api_keys::text as row, encode(sha256(convert_to($1, 'UTF8')), 'hex') as hash from api_keys order by key_id desc limit 1",
      [key],
    );
    expect(row?.row).not.toContain(key);
    expect(row?.row).toContain(row?.hash);
  });

  test("open what their scopes say and nothing else", async () => {
    const { key } = await makeKey("members:read");

    await loyalty.expectStatus(200, "GET", "/v1/members", { key });
    const refused = await loyalty.expectStatus(403, "POST", "/v1/members", { key, body: { id: "1" } });
    expect(refused.body).toMatchObject({ code: "scope_missing", details: { scope: "members:write" } });
    await loyalty.expectStatus(403, "POST", "/v1/keys", { key, body: { name: "more", scopes: ["admin"] } });
    const root = await loyalty.expectStatus(403, "GET", "/v1/programs", { key: admin });
    expect(root.body).toMatchObject({ code: "root_key_required" });
    expect(await loyalty.database.query("select 1 from members where id = '1'")).toEqual([]);
  });

  test("are refused within a second of being revoked, in every process, for good", async () => {
    const { id, key } = await makeKey("members:read");
    const other = await startTestService({ database: loyalty.database });
    await loyalty.expectStatus(200, "GET", "/v1/members", { key });
    await other.expectStatus(200, "GET", "/v1/members", { key });

    await loyalty.expectStatus(204, "DELETE", `/v1/keys/${id}`);
    await sleep(1_050);

    for (const service of [loyalty, other]) {
      const refused = await service.expectStatus(401, "GET", "/v1/members", { key });
      expect(refused.body).toMatchObject({ code: "unauthenticated" });
      expect(refused.headers["www-authenticate"]).toBe('Bearer realm="loyalty"');
    }
    await other.close();
  });

  test("can be revoked again, which changes nothing", async () => {
    const { id } = await makeKey("members:read");
    loyalty.clock.set("2026-03-02T00:00:00Z");
    await loyalty.expectStatus(204, "DELETE", `/v1/keys/${id}`);
    loyalty.clock.set("2026-03-03T00:00:00Z");
    await loyalty.expectStatus(204, "DELETE", `/v1/keys/${id}`);
    loyalty.clock.set("2026-03-01T00:00:00Z");

    const { body } = await loyalty.expectStatus<Keys>(200, "GET", "/v1/keys");
    expect(body.data.find((key) => key.id === id)?.revokedAt).toBe("2026-03-02T00:00:00.000Z");
    const unknown = await loyalty.expectStatus(404, "DELETE", "/v1/keys/key_00000000-0000-7000-8000-000000000000");
    expect(unknown.body).toMatchObject({ code: "key_not_found" });
  });

  test("are listed newest first, page by page", async () => {
    const made = [await makeKey("members:read"), await makeKey("members:read"), await makeKey("members:read")]
      .map(({ id }) => id)
      .reverse();

    const first = await loyalty.expectStatus<Keys>(200, "GET", "/v1/keys?limit=2");
    const second = await loyalty.expectStatus<Keys>(200, "GET", `/v1/keys?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.data, ...second.body.data].map(({ id }) => id).slice(0, 3)).toEqual(made);
  });

  test.each([
    [{ name: "", scopes: ["admin"] }, "/name"],
    [{ name: "a", scopes: [] }, "/scopes"],
    [{ name: "a", scopes: ["admin", "admin"] }, "/scopes"],
    [{ name: "a", scopes: ["everything"] }, "/scopes/0"],
    [{ name: "a", scopes: ["admin"], key: "loy_mine" }, "/key"],
  ])("%j is not made", async (body, pointer) => {
    const before = await loyalty.database.query("select key_id from api_keys");

    const refused = await loyalty.expectStatus(422, "POST", "/v1/keys", { body });

    expect(refused.body).toMatchObject({ code: "request_invalid", errors: [{ pointer }] });
    expect(await loyalty.database.query("select key_id from api_keys")).toHaveLength(before.length);
  });
});

describe("who calls", () => {
  test.each([
    ["nobody", {}],
    ["another scheme", { authorization: "Basic cm9vdDo=" }],
    ["no token", { authorization: "Bearer " }],
    ["a made-up key", { authorization: "Bearer loy_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" }],
  ])("%s is unauthenticated", async (_who, headers) => {
    const { body } = await loyalty.expectStatus(401, "GET", "/v1/members", { key: null, headers });
    expect(body).toMatchObject({ code: "unauthenticated" });
  });

  test("the root key names its program", async () => {
    const key = loyalty.rootKey;

    const missing = await loyalty.expectStatus(400, "GET", "/v1/members", { key });
    expect(missing.body).toMatchObject({ code: "program_required" });
    const unknown = await loyalty.expectStatus(404, "GET", "/v1/members", { key, headers: { "loyalty-program": "nowhere" } });
    expect(unknown.body).toMatchObject({ code: "program_not_found" });
    await loyalty.expectStatus(200, "GET", "/v1/members", { key, headers: { "loyalty-program": "retail-gbp" } });
  });

  test("a key may name its own program and no other", async () => {
    await loyalty.expectStatus(200, "GET", "/v1/members", { headers: { "loyalty-program": "retail-gbp" } });
    const other = await loyalty.expectStatus(404, "GET", "/v1/members", { headers: { "loyalty-program": "other" } });
    expect(other.body).toMatchObject({ code: "program_not_found" });
  });
});
