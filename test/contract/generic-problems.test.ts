import { PassThrough } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorCode } from "../../src/core/errors.ts";
import { generateOpenApi } from "../../src/describe-api.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { type ApiDocument, type ApiOperation, type Call, callOf, operationsOf } from "./api-document.ts";

const operations = operationsOf((await generateOpenApi()) as ApiDocument);

/** Of an issuer whose keys cannot be had: nobody knows whether it is good. */
const SOMEBODYS_TOKEN = ['{"alg":"RS256","kid":"1"}', "{}", "signature"].map((part) => Buffer.from(part).toString("base64url")).join(".");

let loyalty: TestService;
let admin: string;
let reporter: string;
/** For what a reporter may read. */
let till: string;
/** May everything, from another address. */
let elsewhere: string;
/** Has made its one request of the minute, which does not end here. */
let exhausted: string;
/** Has made the one request that it may make at a time, and waits for its answer. */
let busy: string;
const waiting = new PassThrough();
beforeAll(async () => {
  loyalty = await startTestService({ config: { OIDC_ISSUER: "http://127.0.0.1:1", OIDC_AUDIENCE: "loyalty" } });
  admin = (await loyalty.createProgram("retail-gbp")).key;
  const keyFor = async (scope: string, terms: object = {}) =>
    (await loyalty.expectStatus<{ key: string }>(201, "POST", "/v1/keys", { body: { name: scope, scopes: [scope], ...terms } })).body.key;
  reporter = await keyFor("reports:read");
  till = await keyFor("rewards:confirm");
  exhausted = await keyFor("admin", { rateLimit: 1 });
  await loyalty.expectStatus(200, "GET", "/v1/members", { key: exhausted });
  busy = await keyFor("admin", { concurrency: 1 });
  void loyalty.request("POST", "/v1/import", { key: busy, body: waiting, headers: { "content-type": "application/x-ndjson" } });
  elsewhere = await keyFor("admin", { allowedIps: ["192.0.2.0/24"] });
});
afterAll(async () => {
  waiting.end();
  await loyalty.close();
});

const withKey = ({ method, path, request }: Call, key: string | null, program?: string): Call => {
  const headers = { ...request.headers, ...(program === undefined ? {} : { "loyalty-program": program }) };
  return { method, path, request: { ...request, key, headers } };
};
/** As somebody who may. */
const authorized = (operation: ApiOperation, call: Call) => withKey(call, operation.scope === "root" ? loyalty.rootKey : admin);
const withBody = (operation: ApiOperation, body: string, type?: string): Call => {
  const { request, ...call } = callOf(operation);
  return authorized(operation, {
    ...call,
    request: { body, headers: { "content-type": type ?? operation.body?.type ?? "application/json" } },
  });
};
const withParameter = (operation: ApiOperation, value: string): Call => {
  const { path, ...call } = callOf(operation);
  return authorized(operation, { ...call, path: operation.path.replace(/\{\w+\}/, value).replaceAll(/\{\w+\}/g, "x") });
};

/** Some part of the request that its schema cannot take. */
function invalid(operation: ApiOperation): Call {
  const call = authorized(operation, callOf(operation));
  if (operation.has.query) return { ...call, path: `${call.path}?no-such-filter=1` };
  if (operation.has.path) return withParameter(operation, "a%00b");
  if (operation.body?.type === "application/json") return withBody(operation, '{"noSuchField": 1}');
  return { ...call, request: { ...call.request, headers: { "if-match": "seven", "if-none-match": "seven" } } };
}

/** What any operation that documents the code must answer to. */
const CALLS: Partial<Record<ErrorCode, (operation: ApiOperation) => Call>> = {
  unauthenticated: (operation) => withKey(callOf(operation), null),
  ip_not_allowed: (operation) => withKey(callOf(operation), elsewhere),
  rate_limited: (operation) => withKey(callOf(operation), exhausted),
  too_many_at_once: (operation) => withKey(callOf(operation), busy),
  issuer_unavailable: (operation) => withKey(callOf(operation), SOMEBODYS_TOKEN),
  scope_missing: (operation) => withKey(callOf(operation), operation.scope === "reports:read" ? till : reporter),
  root_key_required: (operation) => withKey(callOf(operation), admin),
  program_required: (operation) => withKey(callOf(operation), loyalty.rootKey),
  program_not_found: (operation) => withKey(callOf(operation), loyalty.rootKey, "nowhere"),
  malformed_json: (operation) => withBody(operation, "{"),
  body_too_large: (operation) => withBody(operation, JSON.stringify("a".repeat(1024 * 1024))),
  media_type_unsupported: (operation) => withBody(operation, "<a/>", "application/xml"),
  request_invalid: invalid,
  path_invalid: (operation) => withParameter(operation, "%zz"),
  path_too_long: (operation) => withParameter(operation, "a".repeat(2000)),
};

const cases = operations.flatMap((operation) => {
  const calls = operation.codes.flatMap((code) => {
    const makeCall = CALLS[code];
    return makeCall ? [{ code, makeCall }] : [];
  });
  return calls.map(({ code, makeCall }) => ({ id: operation.id, operation, code, makeCall }));
});

describe("a refusal that many operations share", () => {
  test.each(cases)("$id: $code", async ({ operation, code, makeCall }) => {
    const { method, path, request } = makeCall(operation);
    const answer = await loyalty.request<{ code: string; status: number }>(method, path, request);

    expect(answer.body).toMatchObject({ code, status: answer.status });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(Object.keys(operation.object.responses)).toContain(String(answer.status));
  });

  test.each(operations.filter(({ scope }) => scope !== undefined))("$id says which key it wants", (operation) => {
    expect(operation.codes).toEqual(
      expect.arrayContaining([
        "unauthenticated",
        "ip_not_allowed",
        "rate_limited",
        "too_many_at_once",
        "issuer_unavailable",
        "internal",
        "database_unavailable",
        "overloaded",
        "shutting_down",
      ]),
    );
    expect(operation.codes).toContain(operation.scope === "root" ? "root_key_required" : "scope_missing");
  });
});

test.each(operations.filter(({ body }) => body !== undefined))(
  "$id takes its body in no other content type, nor without any",
  async (operation) => {
    const { method, path } = callOf(operation);
    const other = operation.body?.type === "application/json" ? "application/x-ndjson" : "application/json";
    const wrong = await loyalty.request(method, path, { key: admin, body: "{}", headers: { "content-type": other } });
    const absent = await loyalty.request(method, path, { key: admin });

    expect(wrong).toMatchObject({ status: 415, body: { code: "media_type_unsupported" } });
    expect(absent.status).toBeLessThan(500);
  },
);
