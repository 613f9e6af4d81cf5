import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, SHOP } from "../support/shop.ts";

describe("members", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
    await loyalty.createProgram(SHOP);
  });
  afterAll(() => loyalty.close());

  test("are enrolled in the first tier, once", async () => {
    const body = {
      id: "E1",
      displayName: "Ada",
      email: "Ada@example.com",
      enrolledAt: "2026-01-05T10:00:00+01:00",
      attributes: { vip: true },
    };

    const first = await loyalty.expectStatus(201, "POST", "/v1/members", { body });
    const again = await loyalty.expectStatus(200, "POST", "/v1/members", { body });
    const other = await loyalty.expectStatus(409, "POST", "/v1/members", { body: { ...body, displayName: "Bea" } });

    expect(first.body).toMatchObject({
      id: "E1",
      status: "active",
      tier: "bronze",
      enrolledAt: "2026-01-05T09:00:00.000Z",
      phone: null,
      attributes: { vip: true },
      wallets: { points: { available: 0, pending: 0, held: 0, debt: 0, accruedTotal: 0, redeemedTotal: 0 } },
    });
    expect(again.body).toEqual(first.body);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(other.body).toMatchObject({ code: "id_reused" });
    expect((await loyalty.expectStatus(200, "GET", "/v1/members/E1")).body).toEqual(first.body);
  });

  test("whom an order has enrolled are filled in by enrolling them", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("auto-1", { memberId: "A1", unitPrice: 12345 }) });

    const { body } = await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "A1", email: "a1@example.com" } });

    expect(body).toMatchObject({ email: "a1@example.com", tier: "silver", enrolledAt: "2026-02-01T12:00:00.000Z" });
    expect(body.wallets).toMatchObject({ points: { available: 123 } });
  });

  test("are changed field by field", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/members", {
      body: { id: "P1", email: "p1@example.com", phone: "+441234567", attributes: { a: 1, b: 2 } },
    });

    const patch = { email: null, displayName: "Pat", attributes: { b: 3 }, status: "suspended" };
    const { body } = await loyalty.expectStatus(200, "PATCH", "/v1/members/P1", { body: patch });

    expect(body).toMatchObject({ email: null, displayName: "Pat", phone: "+441234567", attributes: { a: 1, b: 3 }, status: "suspended" });
    expect((await loyalty.request("GET", "/v1/members/P1")).body).toEqual(body);
    const refused = await loyalty.expectStatus(409, "POST", "/v1/orders", { body: orderBody("suspended-1", { memberId: "P1" }) });
    expect(refused.body).toMatchObject({ code: "member_not_active" });
  });

  test("are refused where a field is wrong, with its place", async () => {
    const body = { id: "a b", email: "nobody", phone: "12-34", birthDate: "2026-02-30", referer: "x" };

    const { body: problem } = await loyalty.expectStatus<{ errors: { pointer: string }[] }>(422, "POST", "/v1/members", { body });

    expect(problem.errors.map(({ pointer }) => pointer).sort()).toEqual(["/birthDate", "/email", "/id", "/phone", "/referer"]);
    const empty = await loyalty.expectStatus(422, "PATCH", "/v1/members/E1", { body: {} });
    expect(empty.body).toMatchObject({ code: "request_invalid" });
  });

  test("are found by e-mail in any capitals, and by telephone number", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "F1", email: "Find.Me@example.com", phone: "+8613800138000" } });

    const byEmail = await allPages<{ id: string }>(loyalty, "/v1/members?email=find.me%40EXAMPLE.com");
    const byPhone = await allPages<{ id: string }>(loyalty, "/v1/members?phone=%2B8613800138000");
    const neither = await allPages<{ id: string }>(loyalty, "/v1/members?phone=%2B8613800138000&email=other%40example.com");

    expect([byEmail, byPhone, neither].map((found) => found.map(({ id }) => id))).toEqual([["F1"], ["F1"], []]);
  });

  test("are listed page by page, each once, by status and tier", async () => {
    await loyalty.createProgram({ ...SHOP, id: "list-shop" });
    const ids = Array.from({ length: 7 }, (_, index) => `L${index}`);
    for (const id of ids) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody("rise", { memberId: "L3", unitPrice: 10000 }) });
    await loyalty.expectStatus(200, "PATCH", "/v1/members/L5", { body: { status: "closed" } });

    const listed = async (query: string) => (await allPages<{ id: string }>(loyalty, `/v1/members?${query}`)).map(({ id }) => id);

    expect(await listed("limit=3")).toEqual(ids);
    expect(await listed("limit=2&tier=silver")).toEqual(["L3"]);
    expect(await listed("limit=2&tier=bronze&status=active")).toEqual(["L0", "L1", "L2", "L4", "L6"]);
    const [silver] = await allPages(loyalty, "/v1/members?tier=silver");
    expect(silver).toEqual((await loyalty.request("GET", "/v1/members/L3")).body);
    const bad = await loyalty.expectStatus(422, "GET", "/v1/members?cursor=nonsense&limit=3");
    expect(bad.body).toMatchObject({ errors: [{ pointer: "/query/cursor" }] });
  });

  test("of another program are not found", async () => {
    await loyalty.createProgram({ ...SHOP, id: "own-shop" });
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "secret" } });
    await loyalty.createProgram({ ...SHOP, id: "other-shop" });

    for (const path of ["", "/balance", "/entries", "/lots", "/tier"]) {
      const { body } = await loyalty.expectStatus(404, "GET", `/v1/members/secret${path}`);
      expect(body).toMatchObject({ code: "member_not_found" });
    }
    expect((await loyalty.expectStatus(404, "PATCH", "/v1/members/secret", { body: { displayName: "X" } })).body).toMatchObject({
      code: "member_not_found",
    });
    expect(await allPages(loyalty, "/v1/members?limit=200")).toEqual([]);
  });
});
