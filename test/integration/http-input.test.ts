import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram("retail-gbp");
});
afterAll(() => loyalty.close());

const JSON_TYPE = { "content-type": "application/json" };
const line = { line: 1, sku: "a", quantity: 1, unitPrice: 1000 };
const order = { id: "1", memberId: "m", occurredAt: "2026-02-01T12:00:00Z", currency: "GBP", lines: [line] };

/** How many rows all writes together have left: a refusal leaves it as it is. */
async function rowsWritten(): Promise<number> {
  const [counted] = await loyalty.database.query<{ rows: number }>(
    "select ((select count(*) from members) + (select count(*) from orders) + (select count(*) from directory) + (select count(*) from events))::int as rows",
  );
  return counted?.rows ?? 0;
}

type Problem = {
  code: string;
  status: number;
  requestId: string;
  details: Record<string, unknown>;
  errors: { pointer: string; code: string; detail: string }[];
};

async function refused(path: string, text: string, status: number): Promise<Problem> {
  const before = await rowsWritten();
  const { body, headers } = await loyalty.expectStatus<Problem>(status, "POST", path, { body: text, headers: JSON_TYPE });

  expect(headers["content-type"]).toBe("application/problem+json");
  expect(body.status).toBe(status);
  expect(headers["x-request-id"]).toBe(body.requestId);
  expect(await rowsWritten()).toBe(before);
  return body;
}

describe("a body that is no JSON", () => {
  test.each([
    ['{"id": "1",', { position: 11, line: 1, column: 12 }],
    ["<id>1</id>", { position: 0, line: 1, column: 1 }],
    ['{"id": 1e}', { position: 7, line: 1, column: 8 }],
  ])("%s is answered with the position", async (text, details) => {
    const problem = await refused("/v1/orders", text, 400);

    expect(problem).toMatchObject({ code: "malformed_json", details });
    expect(problem.errors[0]?.detail).toContain("at position");
  });

  test("bytes that are not UTF-8 are refused", async () => {
    const { body } = await loyalty.expectStatus<Problem>(400, "POST", "/v1/orders", {
      body: Buffer.from([0x22, 0xff, 0x22]),
      headers: JSON_TYPE,
    });

    expect(body).toMatchObject({ code: "malformed_json", errors: [{ detail: "The body is not UTF-8" }] });
  });

  test("no body at all is an input that misses everything", async () => {
    const { body } = await loyalty.expectStatus<Problem>(422, "POST", "/v1/orders");

    expect(body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "", code: "wrong_type" }] });
  });
});

describe("an input that breaks its schema", () => {
  const withLine = (change: object) => JSON.stringify({ ...order, lines: [{ ...line, ...change }] });
  const withText = (unitPrice: string) => JSON.stringify(order).replace('"unitPrice":1000', `"unitPrice":${unitPrice}`);

  test.each<[string, string, string, string]>([
    ["a wrong type", withLine({ sku: 7 }), "/lines/0/sku", "wrong_type"],
    ["a number as text", withLine({ unitPrice: "1000" }), "/lines/0/unitPrice", "wrong_type"],
    ["a float amount", withText("10.5"), "/lines/0/unitPrice", "wrong_type"],
    ["2^53", withText("9007199254740992"), "/lines/0/unitPrice", "too_large"],
    ["1e400", withText("1e400"), "/lines/0/unitPrice", "wrong_type"],
    ["-1", withText("-1"), "/lines/0/unitPrice", "too_small"],
    ["an unknown field", JSON.stringify({ ...order, discont: 1 }), "/discont", "unknown_field"],
    ["a missing field", JSON.stringify({ ...order, memberId: undefined }), "/memberId", "missing"],
    ["NUL", JSON.stringify({ ...order, memberId: "a\0" }), "/memberId", "wrong_format"],
    ["an unpaired surrogate", JSON.stringify({ ...order, memberId: "a" }).replace('"a"', '"\\ud800"'), "/memberId", "wrong_format"],
    ["NUL in an attribute's name", '{"attributes": {"a\\u0000": 1}}', "/attributes", "invalid_name"],
    ["a name that stands twice", JSON.stringify(order).replace('"id":"1"', '"id":"1","id":"2"'), "/id", "duplicate_name"],
    ["__proto__", '{"id": "1", "__proto__": {"currency": "GBP"}}', "/__proto__", "invalid_name"],
    ["a time without offset", JSON.stringify({ ...order, occurredAt: "2026-02-01T12:00:00" }), "/occurredAt", "wrong_format"],
    ["a day that does not exist", JSON.stringify({ ...order, occurredAt: "2026-02-30T12:00:00Z" }), "/occurredAt", "wrong_format"],
    ["an id of 129 characters", JSON.stringify({ ...order, id: "a".repeat(129) }), "/id", "wrong_format"],
    ["no line", JSON.stringify({ ...order, lines: [] }), "/lines", "too_small"],
    ["a list instead of an object", "[]", "", "wrong_type"],
  ])("%s is named with its pointer", async (_what, text, pointer, code) => {
    const problem = await refused("/v1/orders", text, 422);

    expect(problem.code).toBe("request_invalid");
    expect(problem.errors).toContainEqual({ pointer, code, detail: expect.stringMatching(/./) });
  });

  test.each([
    ["/v1/members?limit=0", "/query/limit", "too_small"],
    ["/v1/members?limit=ten", "/query/limit", "wrong_type"],
    ["/v1/members?limit=1&limit=2", "/query/limit", "wrong_type"],
    ["/v1/members?cursor=nonsense", "/query/cursor", "request_invalid"],
    ["/v1/members?colour=red", "/query/colour", "unknown_field"],
    ["/v1/members/a%00b", "/path/memberId", "wrong_format"],
    ["/v1/members/a%20b", "/path/memberId", "wrong_format"],
    ["/v1/rule-sets/seven", "/path/version", "wrong_type"],
    ["/v1/rule-sets/2147483648", "/path/version", "too_large"],
  ])("%s is answered with %s", async (path, pointer, code) => {
    const { body } = await loyalty.expectStatus<Problem>(422, "GET", path);

    expect(body).toMatchObject({ code: "request_invalid", errors: [{ pointer, code }] });
  });

  test("a header is named too", async () => {
    const { body } = await loyalty.expectStatus<Problem>(422, "GET", "/v1/program", { headers: { "if-none-match": "seven" } });

    expect(body).toMatchObject({ code: "request_invalid", errors: [{ pointer: "/headers/if-none-match", code: "wrong_format" }] });
  });

  test("everything that is wrong is named at once", async () => {
    const problem = await refused(
      "/v1/orders",
      JSON.stringify({ ...order, currency: "pounds", lines: [{ ...line, quantity: 0, colour: "red" }] }),
      422,
    );

    expect(problem.errors.map(({ pointer }) => pointer).sort()).toEqual(["/currency", "/lines/0/colour", "/lines/0/quantity"]);
  });
});

describe("a body that is not taken", () => {
  test("another content type is 415", async () => {
    for (const type of ["text/plain", "application/xml", "application/x-www-form-urlencoded"]) {
      const { body } = await loyalty.expectStatus<Problem>(415, "POST", "/v1/orders", { body: "a=1", headers: { "content-type": type } });
      expect(body.code).toBe("media_type_unsupported");
    }
  });

  test("more than 1 MB is 413", async () => {
    const problem = await refused("/v1/orders", JSON.stringify({ id: "a".repeat(1024 * 1024) }), 413);

    expect(problem.code).toBe("body_too_large");
  });
});
