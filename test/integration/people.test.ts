import { createPublicKey } from "node:crypto";
import { type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startIssuer, type TestIssuer } from "../support/issuer.ts";
import { programInput } from "../support/rules.ts";
import { startTestService, type TestService } from "../support/service.ts";

const NOW = "2026-03-01T00:00:00Z";
const AT = Date.parse(NOW) / 1000;

let issuer: TestIssuer;
let loyalty: TestService;
beforeAll(async () => {
  issuer = await startIssuer();
  loyalty = await startTestService({ now: NOW, config: { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: "loyalty" } });
  for (const id of ["first", "second"]) {
    await loyalty.createProgram(programInput({ id }));
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "ada" } });
  }
});
afterEach(() => loyalty.clock.set(NOW));
afterAll(async () => {
  await loyalty.close();
  await issuer.close();
});

const claimsOf = (over: Record<string, unknown> = {}): JWTPayload => ({
  iss: issuer.url,
  aud: "loyalty",
  sub: "f3b1-ada-of-operations",
  exp: AT + 600,
  scope: "openid points:write reports:read members:read",
  loyalty_programs: ["first"],
  ...over,
});
const tokenOf = (over: Record<string, unknown> = {}, header: Record<string, unknown> = {}) => issuer.sign(claimsOf(over), header);
const ask = (key: string, headers: Record<string, string> = {}) => loyalty.request("GET", "/v1/members/ada", { key, headers });

describe("a person's token", () => {
  test("opens what its scopes say in the programs that it names, and names who did it", async () => {
    const key = await tokenOf();

    expect(await ask(key)).toMatchObject({ status: 200, body: { id: "ada" } });
    const body = { id: "gift", points: 5, reason: "a lost parcel" };
    const adjusted = await loyalty.expectStatus(201, "POST", "/v1/members/ada/adjustments", { key, body });
    const actor = "user:f3b1-ada-of-operations";
    expect(adjusted.body).toMatchObject({ actor, keyId: actor });
    const audit = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", `/v1/audit?actor=${actor}`, { key });
    expect(audit.body.data).toEqual([expect.objectContaining({ actor, action: "adjustPoints" })]);
    const lacks = await loyalty.expectStatus(403, "POST", "/v1/members", { key, body: { id: "eve" } });
    expect(lacks.body).toMatchObject({ code: "scope_missing", details: { scope: "members:write" } });
    expect((await loyalty.expectStatus(403, "GET", "/v1/programs", { key })).body).toMatchObject({ code: "root_key_required" });
  });

  test("reaches no other program, and says which where it may reach several", async () => {
    const one = await tokenOf();
    const both = await tokenOf({ loyalty_programs: "first second" });
    const none = await tokenOf({ loyalty_programs: undefined });

    for (const program of ["second", "nowhere"])
      expect(await ask(one, { "loyalty-program": program })).toMatchObject({ status: 404, body: { code: "program_not_found" } });
    expect(await ask(both)).toMatchObject({ status: 400, body: { code: "program_required" } });
    expect((await ask(both, { "loyalty-program": "second" })).status).toBe(200);
    expect(await ask(none)).toMatchObject({ status: 400, body: { code: "program_required" } });
    expect(await ask(none, { "loyalty-program": "first" })).toMatchObject({ status: 404, body: { code: "program_not_found" } });
  });

  test("is good within half a minute of its times, and not beyond", async () => {
    expect((await ask(await tokenOf({ exp: AT - 29, nbf: AT - 100 }))).status).toBe(200);
    expect((await ask(await tokenOf({ nbf: AT + 29 }))).status).toBe(200);
    expect((await ask(await tokenOf({ exp: AT - 31 }))).status).toBe(401);
    expect((await ask(await tokenOf({ nbf: AT + 31 }))).status).toBe(401);
  });
});

describe("a bad token is the same 401", () => {
  const asPem = () => createPublicKey({ key: issuer.publicJwk(), format: "jwk" }).export({ type: "spki", format: "pem" }).toString();
  const BAD: Record<string, () => Promise<string> | string> = {
    "of another issuer": () => tokenOf({ iss: "https://elsewhere.example" }),
    "for another audience": () => tokenOf({ aud: ["shop", "stock"] }),
    expired: () => tokenOf({ exp: AT - 3600 }),
    "not valid yet": () => tokenOf({ nbf: AT + 3600 }),
    "without an end": () => tokenOf({ exp: undefined }),
    "without a subject": () => tokenOf({ sub: undefined }),
    "with a subject that cannot be written down": () => tokenOf({ sub: "ada\u0000" }),
    "with a subject that is too long": () => tokenOf({ sub: "a".repeat(121) }),
    unsigned: () => new UnsecuredJWT(claimsOf()).encode(),
    "signed with the public key as a secret": () =>
      new SignJWT(claimsOf()).setProtectedHeader({ alg: "HS256", kid: "key-1" }).sign(new TextEncoder().encode(asPem())),
    "of a key that the issuer does not have": () => tokenOf({}, { kid: "nobody's" }),
    "that was changed": async () => {
      const [header, , signature] = (await tokenOf()).split(".");
      return [header, Buffer.from(JSON.stringify(claimsOf({ scope: "admin" }))).toString("base64url"), signature].join(".");
    },
    "of garbage": () => "not.a.token",
  };

  test.each(Object.entries(BAD))("%s", async (_what, make) => {
    const answer = await ask(await make());
    const unknown = await ask("loy_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx");

    const { requestId: _one, ...body } = answer.body;
    const { requestId: _other, ...expected } = unknown.body;
    expect([answer.status, body]).toEqual([401, expected]);
    expect(answer.headers["www-authenticate"]).toBe('Bearer realm="loyalty"');
  });

  test("where no issuer is set", async () => {
    const other = await startTestService({ now: NOW, database: loyalty.database });
    const answer = await other.request("GET", "/v1/members/ada", { key: await tokenOf() });
    await other.close();
    expect(answer).toMatchObject({ status: 401, body: { code: "unauthenticated" } });
  });
});

describe("the issuer's keys", () => {
  test("are asked for again where a token names a new one, and no more often than every half minute", async () => {
    await ask(await tokenOf());
    const before = issuer.asked();
    const former = await tokenOf({ exp: AT + 3_600 });
    await issuer.rotate();

    loyalty.clock.set("2026-03-01T00:01:00Z");
    const rotated = await tokenOf({ exp: AT + 3_600 });
    expect((await Promise.all([ask(rotated), ask(rotated), ask(rotated)])).map(({ status }) => status)).toEqual([200, 200, 200]);
    for (const kid of ["a", "b", "c"]) expect((await ask(await tokenOf({}, { kid }))).status).toBe(401);
    expect(issuer.asked()).toBe(before + 1);
    expect((await ask(former)).status).toBe(401);
  });

  test("are used for a day while the issuer is away, and then it is 503 until it answers", async () => {
    const days = (count: number) => new Date(Date.parse(NOW) + count * 24 * 3_600_000).toISOString();
    const token = await tokenOf({ exp: AT + 7 * 24 * 3_600 });
    loyalty.clock.set(days(0.1));
    expect((await ask(token)).status).toBe(200);

    issuer.setDown(true);
    loyalty.clock.set(days(0.9));
    expect((await ask(token)).status).toBe(200);
    loyalty.clock.set(days(1.2));
    const refused = await ask(token);
    expect(refused).toMatchObject({ status: 503, body: { code: "issuer_unavailable" }, headers: { "retry-after": "5" } });

    issuer.setDown(false);
    loyalty.clock.set(days(1.3));
    expect((await ask(token)).status).toBe(200);
  });
});
