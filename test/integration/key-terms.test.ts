import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

type Key = { id: string; key: string; hint: string };
type Listed = {
  id: string;
  hint: string;
  expiresAt: string | null;
  allowedIps: string[] | null;
  lastUsedAt: string | null;
  former: { hint: string; worksUntil: string }[];
};
type Rotated = { id: string; key: string; hint: string; formerWorksUntil: string };

const START = "2026-03-01T00:00:00Z";
const at = (text: string) => `2026-03-01T${text}Z`;

let loyalty: TestService;
let admin: string;
beforeAll(async () => {
  // The address of a caller is what its proxy says.
  loyalty = await startTestService({ now: START, config: { TRUST_PROXY: true } });
  admin = (await loyalty.createProgram("retail-gbp")).key;
});
afterAll(() => loyalty.close());
beforeEach(() => {
  loyalty.use(admin);
  loyalty.clock.set(START);
});

const makeKey = async (terms: Record<string, unknown> = {}, scopes = ["members:read"]): Promise<Key> =>
  (await loyalty.expectStatus<Key>(201, "POST", "/v1/keys", { body: { name: "a key", scopes, ...terms } })).body;
const statusOf = async (key: string, from = "192.0.2.1") =>
  (await loyalty.request("GET", "/v1/members", { key, headers: { "x-forwarded-for": from } })).status;
const listed = async (id: string): Promise<Listed | undefined> =>
  (await loyalty.expectStatus<{ data: Listed[] }>(200, "GET", "/v1/keys?limit=200")).body.data.find((key) => key.id === id);
const rotate = async (id: string, body: unknown = {}) =>
  (await loyalty.expectStatus<Rotated>(200, "POST", `/v1/keys/${id}/rotate`, { body })).body;
/** Whatever stands in memory of keys is looked up anew. */
const afterASecond = (check: () => Promise<void>) => vi.waitFor(check, { timeout: 5_000, interval: 100 });
const keyRows = () =>
  loyalty.database.query("select k::text as row from api_keys k union all select f::text from former_keys f order by 1");

describe("a key that ends", () => {
  test("works up to its end and not from it on, in words that tell nothing", async () => {
    const { id, key } = await makeKey({ expiresAt: at("12:00:00") });
    loyalty.clock.set(at("11:59:59.999"));
    expect(await statusOf(key)).toBe(200);

    loyalty.clock.set(at("12:00:00"));
    const ended = await loyalty.expectStatus(401, "GET", "/v1/members", { key });
    const unknown = await loyalty.expectStatus(401, "GET", "/v1/members", { key: "loy_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" });

    expect({ ...ended.body, requestId: "" }).toEqual({ ...unknown.body, requestId: "" });
    expect(await listed(id)).toMatchObject({ expiresAt: "2026-03-01T12:00:00.000Z" });
  });

  test("may be given more time, or none", async () => {
    const { id, key } = await makeKey({ expiresAt: at("12:00:00") });
    loyalty.clock.set(at("13:00:00"));
    expect(await statusOf(key)).toBe(401);

    await loyalty.expectStatus(200, "PATCH", `/v1/keys/${id}`, { body: { expiresAt: null } });
    await afterASecond(async () => expect(await statusOf(key)).toBe(200));
    const past = await loyalty.expectStatus(422, "PATCH", `/v1/keys/${id}`, { body: { expiresAt: at("13:00:00") } });

    expect(past.body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/expiresAt" }] });
    expect(await listed(id)).toMatchObject({ expiresAt: null });
  });
});

describe("a key that is bound to addresses", () => {
  test("is refused from elsewhere, however the address is written", async () => {
    const { key } = await makeKey({ allowedIps: ["192.0.2.0/24", "2001:db8::/32"] });

    for (const address of ["192.0.2.1", "::ffff:192.0.2.255", "2001:db8::1"]) expect(await statusOf(key, address)).toBe(200);
    for (const address of ["192.0.3.1", "::ffff:192.0.3.1", "2001:db9::1"]) expect(await statusOf(key, address)).toBe(403);
    const refused = await loyalty.expectStatus(403, "GET", "/v1/keys", { key, headers: { "x-forwarded-for": "198.51.100.7" } });
    expect(refused.body).toMatchObject({ code: "ip_not_allowed", details: { address: "198.51.100.7" } });
  });

  test("does not believe what a caller says of itself where no proxy is trusted", async () => {
    const direct = await startTestService({ database: loyalty.database, now: START });
    const { key } = await makeKey({ allowedIps: ["192.0.2.0/24"] });

    const { body } = await direct.expectStatus(403, "GET", "/v1/members", { key, headers: { "x-forwarded-for": "192.0.2.1" } });
    await direct.close();

    expect(body).toMatchObject({ details: { address: "127.0.0.1" } });
  });
});

describe("a key that is rotated", () => {
  test("is another one with the same id, and the former works until the overlap ends", async () => {
    const { id, key: former, hint } = await makeKey();

    const rotated = await rotate(id, { overlapSeconds: 3_600 });

    expect(rotated).toMatchObject({ id, key: expect.stringMatching(/^loy_\w{38}$/), formerWorksUntil: "2026-03-01T01:00:00.000Z" });
    expect(await listed(id)).toMatchObject({ hint: rotated.hint, former: [{ hint, worksUntil: "2026-03-01T01:00:00.000Z" }] });
    await afterASecond(async () => expect(await statusOf(former)).toBe(200));
    expect(await statusOf(rotated.key)).toBe(200);
    loyalty.clock.set(at("01:00:00"));
    await afterASecond(async () => expect(await statusOf(former)).toBe(401));
    expect(await statusOf(rotated.key)).toBe(200);
    expect(await listed(id)).toMatchObject({ former: [] });
  });

  test("stops nobody when its answer was lost and it is asked again, up to 5 times", async () => {
    const { id, key: inUse } = await makeKey();

    const keys = [inUse];
    for (let time = 1; time <= 5; time += 1) keys.push((await rotate(id)).key);
    const before = await keyRows();
    const refused = await loyalty.expectStatus(409, "POST", `/v1/keys/${id}/rotate`, { body: {} });

    expect(refused.body).toMatchObject({ code: "too_many_former_keys", details: { working: 5, atMost: 5 } });
    expect(await keyRows()).toEqual(before);
    for (const key of keys) await afterASecond(async () => expect(await statusOf(key)).toBe(200));
    const last = await rotate(id, { overlapSeconds: 0 });
    await afterASecond(async () => {
      for (const key of keys) expect(await statusOf(key)).toBe(401);
    });
    expect(await statusOf(last.key)).toBe(200);
    expect(await loyalty.database.query("select 1 from former_keys where key_id = $1", [id.slice(4)])).toEqual([]);
  });

  test("is gone with all that it was when it is revoked, and stays so", async () => {
    const { id, key: former } = await makeKey();
    const { key } = await rotate(id);
    await loyalty.expectStatus(204, "DELETE", `/v1/keys/${id}`);

    await afterASecond(async () => expect([await statusOf(former), await statusOf(key)]).toEqual([401, 401]));
    const before = await keyRows();
    for (const [method, path, body] of [
      ["POST", `/v1/keys/${id}/rotate`, {}],
      ["PATCH", `/v1/keys/${id}`, { name: "again" }],
    ] as const) {
      const { body: refused } = await loyalty.expectStatus(409, method, path, { body });
      expect(refused).toMatchObject({ code: "key_revoked", details: { revokedAt: "2026-03-01T00:00:00.000Z" } });
    }
    expect(await keyRows()).toEqual(before);
  });
});

test("a bounded key makes, changes and rotates none that is wider, not even itself", async () => {
  const bounds = { expiresAt: "2026-04-01T00:00:00Z", allowedIps: ["192.0.2.0/24"] };
  const { id: ownId, key } = await makeKey(bounds, ["admin"]);
  const { id: wideId } = await makeKey();
  const headers = { "x-forwarded-for": "192.0.2.1" };
  const before = await keyRows();

  for (const [method, path, body, pointer] of [
    ["POST", "/v1/keys", { name: "wide", scopes: ["members:read"] }, "/expiresAt"],
    ["POST", "/v1/keys", { name: "wide", scopes: ["members:read"], ...bounds, allowedIps: ["192.0.0.0/16"] }, "/allowedIps"],
    ["PATCH", `/v1/keys/${ownId}`, { expiresAt: null }, "/expiresAt"],
    ["PATCH", `/v1/keys/${wideId}`, { name: "mine now" }, "/expiresAt"],
    ["POST", `/v1/keys/${wideId}/rotate`, {}, "/expiresAt"],
  ] as const) {
    const { body: refused } = await loyalty.expectStatus(403, method, path, { key, headers, body });
    expect(refused).toMatchObject({ code: "beyond_own_key", errors: [{ pointer }] });
  }
  expect((await keyRows()).map(({ row }) => row)).toHaveLength(before.length);
  await loyalty.expectStatus(201, "POST", "/v1/keys", { key, headers, body: { name: "narrow", scopes: ["admin"], ...bounds } });
  await loyalty.expectStatus(200, "POST", `/v1/keys/${ownId}/rotate`, { key, headers, body: {} });
});

test("when a key was last used is written behind its requests, once a minute", async () => {
  const { id, key } = await makeKey({ allowedIps: ["192.0.2.0/24"] });
  expect(await statusOf(key, "198.51.100.1")).toBe(403);
  expect(await statusOf(key)).toBe(200);
  await afterASecond(async () => expect(await listed(id)).toMatchObject({ lastUsedAt: "2026-03-01T00:00:00.000Z" }));
  const writes = () => loyalty.database.query("select xmin::text from api_keys where key_id = $1", [id.slice(4)]);
  const written = await writes();

  loyalty.clock.set(at("00:00:59"));
  expect(await statusOf(key)).toBe(200);
  loyalty.clock.set(at("00:01:00"));
  expect(await statusOf(key)).toBe(200);

  await afterASecond(async () => expect(await listed(id)).toMatchObject({ lastUsedAt: "2026-03-01T00:01:00.000Z" }));
  expect(await writes()).not.toEqual(written);
});

test("all of it is announced, and audited without a secret", async () => {
  const { id } = await makeKey();
  await loyalty.expectStatus(200, "PATCH", `/v1/keys/${id}`, { body: { name: "renamed", allowedIps: ["192.0.2.0/24"] } });
  const { hint } = await rotate(id, { overlapSeconds: 60 });

  const events = await loyalty.database.query<{ type: string; data: unknown }>(
    "select type, data from events where data ->> 'keyId' = $1 order by version",
    [id],
  );
  const { body } = await loyalty.expectStatus<{ data: { action: string; after: unknown }[] }>(
    200,
    "GET",
    `/v1/audit?target=${id.slice(4)}`,
  );

  expect(events.map(({ type }) => type)).toEqual(["key.created", "key.updated", "key.rotated"]);
  expect(events[2]?.data).toEqual({ keyId: id, formerWorksUntil: "2026-03-01T00:01:00.000Z" });
  expect(body.data.slice(0, 2)).toMatchObject([
    { action: "rotateKey", after: { hint } },
    { action: "updateKey", after: { name: "renamed", allowedIps: ["192.0.2.0/24"] } },
  ]);
  expect(JSON.stringify(body)).not.toContain("hash");
});
