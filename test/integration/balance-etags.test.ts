import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

/** Points can be used after two weeks. */
const WAITING = { ...SHOP, wallets: [{ id: "points", pending: "P14D" }] };

describe.each([
  ["in the process", false],
  ["in Redis", true],
])("the entity tag of a balance that is cached %s", (_, redis) => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService({ now: "2026-03-01T00:00:00Z", redis });
    await loyalty.createProgram(WAITING);
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "ada" } });
  });
  afterAll(() => loyalty.close());

  const read = (search = "", have?: string) =>
    loyalty.request<{ version: number; asOf: string }>("GET", `/v1/members/ada/balance${search}`, {
      headers: have === undefined ? {} : { "if-none-match": have },
    });
  const tagNow = async () => String((await read()).headers.etag);

  test("spares who has the balance its body, cached or not, and says it again to others", async () => {
    const tag = await tagNow();
    loyalty.clock.set("2026-03-01T01:00:00Z");

    for (const search of ["", "?consistency=strong"]) {
      expect(await read(search, `"other", ${tag}`)).toMatchObject({ status: 304, body: { text: "" }, headers: { etag: tag } });
      expect(await read(search, '"other"')).toMatchObject({ status: 200, body: { memberId: "ada" }, headers: { etag: tag } });
    }
  });

  test("changes with an order, and when its points become usable", async () => {
    const before = await tagNow();
    await loyalty.expectStatus(201, "POST", "/v1/orders", {
      body: orderBody("O1", { memberId: "ada", occurredAt: "2026-02-28T00:00:00Z" }),
    });
    const pending = await tagNow();
    loyalty.clock.set("2026-03-15T00:00:00Z");
    const usable = await tagNow();

    expect(new Set([before, pending, usable]).size).toBe(3);
    expect((await read("", pending)).status).toBe(200);
    expect((await read("", usable)).status).toBe(304);
  });

  test("what is no entity tag is refused", async () => {
    expect(await read("", "tag")).toMatchObject({ status: 422, body: { code: "request_invalid" } });
  });
});
