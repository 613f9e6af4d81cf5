import { readFile } from "node:fs/promises";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram("retail-gbp");
});
afterAll(() => loyalty.close());

describe("an address that is not there", () => {
  test.each(["/", "/v1", "/v1/nothing", "/v1/members/1/nothing", "/v2/members"])("%s is not found", async (path) => {
    const { body, headers } = await loyalty.expectStatus(404, "GET", path, { key: null });

    expect(headers["content-type"]).toBe("application/problem+json");
    expect(body).toMatchObject({ code: "not_found", status: 404, type: "/docs/errors#not_found", requestId: headers["x-request-id"] });
  });

  test("a wrong method is told which there are", async () => {
    const { body, headers } = await loyalty.expectStatus(405, "DELETE", "/v1/members/17850?x=1");

    expect(body).toMatchObject({ code: "method_not_allowed", details: { method: "DELETE" } });
    expect(headers.allow).toBe("GET, HEAD, PATCH");
  });

  test.each(["/%", "/v1/members/%zz", "/v1/members/%ff%fe", "/v1/members/%ed%a0%80"])("%s cannot be decoded", async (path) => {
    const { body, headers } = await loyalty.expectStatus(400, "GET", path);

    expect(headers["content-type"]).toBe("application/problem+json");
    expect(body).toMatchObject({ code: "path_invalid", requestId: headers["x-request-id"] });
  });

  test("an id may be as long as ids are, in any script, and no longer", async () => {
    const longest = encodeURIComponent("𠮷".repeat(64));
    await loyalty.expectStatus(404, "GET", `/v1/members/${longest}`);

    const { body } = await loyalty.expectStatus(414, "GET", `/v1/members/${"a".repeat(2000)}`);
    expect(body).toMatchObject({ code: "path_too_long" });
  });
});

describe("the headers of an answer", () => {
  test("carry the caller's request id when it is harmless, otherwise a new one", async () => {
    const given = await loyalty.request("GET", "/health/live", { headers: { "x-request-id": "shop-42/a" } });
    expect(given.headers["x-request-id"]).toBe("shop-42/a");

    for (const id of ["a b", "a".repeat(129), "é", ""]) {
      const made = await loyalty.request("GET", "/health/live", { headers: { "x-request-id": id } });
      expect(made.headers["x-request-id"]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
    }
  });

  test("tell browsers to load nothing", async () => {
    const { headers } = await loyalty.request("GET", "/health/live");

    expect(headers["content-security-policy"]).toBe("default-src 'none'; frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  });
});

describe("the documentation", () => {
  test("is served without anything from elsewhere", async () => {
    const page = await loyalty.expectStatus<{ text: string }>(200, "GET", "/docs/", { key: null });
    const linked = [...page.body.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(
      ([, address]) => new URL(address ?? "", "http://service/docs/"),
    );

    expect(linked.length).toBeGreaterThan(3);
    for (const { origin, pathname } of linked) {
      expect(origin).toBe("http://service");
      await loyalty.expectStatus(200, "GET", pathname, { key: null });
    }
    expect(page.body.text).not.toMatch(/<script(?![^>]*\bsrc=)[^>]*>/); // the policy runs no inline script
    expect(page.headers["content-security-policy"]).toContain("default-src 'self'");
  });

  test("says what of it has not changed, and what there is not", async () => {
    const path = "/docs/static/swagger-ui.css";
    const { headers } = await loyalty.expectStatus(200, "GET", path, { key: null });
    expect(headers.etag).toMatch(/\S/);
    const again = await loyalty.expectStatus(304, "GET", path, { key: null, headers: { "if-none-match": headers.etag ?? "" } });
    expect(again.body).toEqual({ text: "" });

    const nothing = await loyalty.expectStatus<{ code: string }>(404, "GET", "/docs/static/nothing.css", { key: null });
    expect(nothing.body.code).toBe("not_found");
  });

  test("shows the document that lies beside the code", async () => {
    const file = JSON.parse(await readFile(new URL("../../openapi/openapi.json", import.meta.url), "utf8"));
    for (const path of ["/openapi.json", "/docs/json"])
      expect((await loyalty.expectStatus(200, "GET", path, { key: null })).body, path).toEqual(file);
  });

  test("explains every code where the type of a problem leads", async () => {
    const refusal = await loyalty.request<{ type: string }>("GET", "/v1/nothing");
    const [path = "", anchor = ""] = refusal.body.type.split("#");

    const page = await loyalty.expectStatus<{ text: string }>(200, "GET", path, { key: null });
    expect(page.body.text).toContain(`id="${anchor}"`);
  });
});

describe("health and metrics", () => {
  test("live and ready are answered without a key", async () => {
    const live = await loyalty.expectStatus(200, "GET", "/health/live", { key: null });
    expect(live.body).toEqual({ status: "live" });

    const ready = await loyalty.expectStatus(200, "GET", "/health/ready", { key: null });
    expect(ready.body).toMatchObject({ status: "ready", checks: { database: "ok" } });
  });

  test("requests are counted by route, not by address", async () => {
    await loyalty.request("GET", "/v1/members/nobody-1");
    await loyalty.request("GET", "/nobody-2");

    const { body } = await loyalty.expectStatus<{ text: string }>(200, "GET", "/metrics", { key: null });
    expect(body.text).toMatch(/http_request_duration_seconds_count\{method="GET",route="\/v1\/members\/:memberId",status="404"\} [1-9]/);
    expect(body.text).toMatch(/route="unknown",status="404"/);
    expect(body.text).toContain("loyalty_batch_commands");
    expect(body.text).not.toContain("nobody");
  });
});

test("what is no HTTP is refused in the same words", async () => {
  const { port } = new URL(await loyalty.listen());
  const answerTo = (sent: string) =>
    new Promise<string>((resolve, reject) => {
      let answer = "";
      const socket = connect(Number(port), "127.0.0.1", () => socket.write(sent));
      socket.setEncoding("utf8");
      socket.on("data", (text) => {
        answer += text;
      });
      socket.on("end", () => resolve(answer));
      socket.on("error", reject);
    });

  const unreadable = await answerTo("NONSENSE\r\n\r\n");
  expect(unreadable).toMatch(/^HTTP\/1\.1 400 /);
  expect(unreadable).toContain('"code":"request_unreadable"');

  const overflowing = await answerTo(`GET / HTTP/1.1\r\nHost: a\r\nX-Long: ${"a".repeat(20_000)}\r\n\r\n`);
  expect(overflowing).toMatch(/^HTTP\/1\.1 431 /);
  expect(overflowing).toContain('"code":"headers_too_large"');
});
