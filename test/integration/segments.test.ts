import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importFile } from "../support/import-request.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, orderBody, SHOP } from "../support/shop.ts";

const NOW = "2026-03-01T12:00:00Z";
const rules = [
  { id: "press", audience: { segments: ["press"] }, effects: [{ kind: "discount_percent", percent: 50 }] },
  { id: "not-staff", audience: { exclude: { segments: ["staff"] } }, effects: [{ kind: "bonus_points", wallet: "points", points: 7 }] },
  { id: "early", when: '"early" in member.segments', effects: [{ kind: "discount_amount", amount: 100 }] },
];

let loyalty: TestService;
let importLines: (lines: object[]) => ReturnType<typeof importFile>;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  const { key } = await loyalty.createProgram({ ...SHOP, rules });
  const url = await loyalty.listen();
  importLines = (lines) => importFile(url, key, lines.map((line) => JSON.stringify(line)).join("\n"));
  for (const id of ["a", "b", "c"]) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
});
afterAll(() => loyalty.close());

type Segment = { id: string; memberCount: number };
const put = async (id: string, memberIds?: string[], status = 200) =>
  (await loyalty.expectStatus<Segment>(status, "PUT", `/v1/segments/${id}`, { body: { name: id, ...(memberIds && { memberIds }) } })).body;
const change = async (id: string, body: object, status = 200) =>
  (await loyalty.expectStatus<{ segment: Segment; added: number; removed: number }>(status, "POST", `/v1/segments/${id}/members`, { body }))
    .body;
const membersOf = async (id: string) =>
  (await allPages<{ memberId: string }>(loyalty, `/v1/segments/${id}/members?limit=2`)).map(({ memberId }) => memberId);

type Answer = { totals: { discount: number }; points: { amount: number }[] };
let orders = 0;
const place = async (memberId: string) => {
  orders += 1;
  const body = orderBody(`S${orders}`, { memberId, occurredAt: NOW });
  const { totals, points } = (await loyalty.expectStatus<Answer>(201, "POST", "/v1/orders", { body })).body;
  return { discount: totals.discount, points: points[0]?.amount ?? 0 };
};

describe("a segment", () => {
  test("is a list of members: replaced whole, changed in parts, read in pages, deleted", async () => {
    expect(await put("list", ["a", "b", "b"])).toMatchObject({ id: "list", memberCount: 2 });
    expect(await change("list", { add: ["b", "c"], remove: ["a"] })).toMatchObject({ added: 1, removed: 1, segment: { memberCount: 2 } });
    expect(await change("list", { add: ["b", "c"], remove: ["a"] })).toMatchObject({ added: 0, removed: 0 });
    expect(await put("list")).toMatchObject({ memberCount: 2 });
    await change("list", { add: ["a"] });
    expect(await membersOf("list")).toEqual(["a", "b", "c"]);
    expect(await put("list", ["c"])).toMatchObject({ memberCount: 1 });
    expect(await membersOf("list")).toEqual(["c"]);
    expect((await allPages<Segment>(loyalty, "/v1/segments?limit=1")).map(({ id }) => id)).toContain("list");

    await loyalty.expectStatus(204, "DELETE", "/v1/segments/list");
    await loyalty.expectStatus(404, "GET", "/v1/segments/list");
    expect(await put("list")).toMatchObject({ memberCount: 0 });
  });

  test("takes no member that there is not, names the first of them, and stays as it was", async () => {
    await put("known", ["a"]);
    const strangers = Array.from({ length: 12 }, (_, index) => `stranger-${index}`);

    const whole = await loyalty.expectStatus<{ errors: unknown[] }>(422, "PUT", "/v1/segments/known", {
      body: { name: "New name", memberIds: ["b", ...strangers] },
    });
    const part = await loyalty.expectStatus(422, "POST", "/v1/segments/known/members", { body: { add: ["b"], remove: ["nobody"] } });

    expect(whole.body).toMatchObject({ code: "members_unknown", details: { unknown: 12 } });
    expect(whole.body.errors[0]).toMatchObject({ pointer: "/memberIds/1", detail: 'the program has no member "stranger-0"' });
    expect(whole.body.errors).toHaveLength(10);
    expect(part.body).toMatchObject({ details: { unknown: 1 }, errors: [{ pointer: "/remove/0" }] });
    expect((await loyalty.expectStatus(200, "GET", "/v1/segments/known")).body).toMatchObject({ name: "known", memberCount: 1 });
    expect(await membersOf("known")).toEqual(["a"]);
  });

  test("takes 10 000 ids at once and no more", async () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `m${index}`);
    const lines = ids.map((id) => ({ type: "member", id }));
    await importLines(lines);

    expect(await put("many", ids)).toMatchObject({ memberCount: 10_000 });
    await put("many", [...ids, "a"], 422);
    await put("many", []);
  });

  test.each([
    ["many", { add: [] }],
    ["many", { add: ["a"], remove: ["a"] }],
    ["Not-a-slug", { add: ["a"] }],
  ])("%s does not take a change such as %j", async (id, body) => {
    await put("many");
    expect(await change(id, body, 422)).toMatchObject({ code: "request_invalid" });
  });

  test("changed by many at once is what the changes say", async () => {
    await put("busy", []);
    const parts = ["a", "b", "c"].flatMap((id) => [change("busy", { add: [id] }), change("busy", { add: [id] })]);
    const imported = importLines(["a", "b", "c"].map((memberId) => ({ type: "segment", segmentId: "busy", memberId, action: "add" })));
    await Promise.all([...parts, imported, put("busy", ["c", "b", "a"])]);

    expect(await membersOf("busy")).toEqual(["a", "b", "c"]);
  });
});

describe("rules look at segments", () => {
  test("as they are when the order is decided", async () => {
    await put("press", ["a"]);
    await put("staff", ["b"]);

    expect(await place("a")).toEqual({ discount: 500, points: 5 + 7 });
    expect(await place("b")).toEqual({ discount: 0, points: 10 });
    await change("press", { remove: ["a"], add: ["b"] });
    expect(await place("a")).toEqual({ discount: 0, points: 10 + 7 });
    expect(await place("b")).toEqual({ discount: 500, points: 5 });
    await loyalty.expectStatus(204, "DELETE", "/v1/segments/staff");
    expect(await place("b")).toEqual({ discount: 500, points: 5 + 7 });
  });

  test("and say so when a member is not on them", async () => {
    await put("press", []);
    await place("c");
    const { body } = await loyalty.expectStatus<{ rules: object[] }>(200, "GET", `/v1/orders/S${orders}/explanation`);

    expect(body.rules).toContainEqual({
      rule: "press",
      label: "press",
      matched: false,
      reason: { kind: "not_in_audience", field: "segments" },
      gave: [],
    });
  });

  test("lines of an import take effect in their order, with the member's other lines", async () => {
    const order = (id: string) => ({ type: "order", ...orderBody(id, { memberId: "imported", occurredAt: NOW }) });
    const line = (action: string, memberId = "imported") => ({ type: "segment", segmentId: "early", memberId, action });
    const answers = await importLines([
      { type: "member", id: "imported" },
      line("add"),
      order("I1"),
      line("add"),
      line("remove"),
      order("I2"),
      line("add", "nobody"),
      { ...line("add"), segmentId: "Not a slug" },
    ]);

    expect(answers).toMatchObject([
      { status: 201, type: "member" },
      { status: 201, type: "segment", id: "early", memberId: "imported", replayed: false },
      { totals: { discount: 100 } },
      { status: 200, replayed: true },
      { status: 201 },
      { totals: { discount: 0 } },
      { status: 404, code: "member_not_found", type: "segment", id: "early" },
      { status: 422, code: "request_invalid", errors: [{ pointer: "/segmentId" }] },
    ]);
    expect((await loyalty.expectStatus(200, "GET", "/v1/segments/early")).body).toMatchObject({ name: "early", memberCount: 0 });
  });
});
