import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LoyaltyError } from "../../src/core/errors.ts";
import type { Engine } from "../../src/engine/commands.ts";
import { bulkGrantsJob } from "../../src/jobs/bulk-grants.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Grant = { id: string; status: string; granted: number; refused: number; members?: number; endedAt: string | null };
type Coupon = { code: string; coupon: string; cause: string; sourceId: string };

const NOW = "2026-03-10T00:00:00Z";
const PERIOD = { from: "2026-02-01T00:00:00Z", to: "2026-03-01T00:00:00Z" };

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  const { key } = await loyalty.createProgram({
    ...SHOP,
    rules: [],
    tiers: [{ id: "bronze" }],
    wallets: [{ id: "points", expiry: "P1Y" }],
    coupons: [
      { id: "recall", gives: [{ kind: "discount_amount", amount: 500 }] },
      { id: "over", until: "2026-03-01T00:00:00Z" },
    ],
  });
  other = await startTestService({ now: NOW, database: loyalty.database });
  other.use(key);
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

const buy = (memberId: string, sku: string, more: { at?: string; id?: string; quantity?: number } = {}) => {
  const { at = "2026-02-10T00:00:00Z", id = `${memberId}-${sku}`, quantity = 1 } = more;
  const lines = [
    { line: 1, sku: "other", quantity: 1, unitPrice: 1000 },
    { line: 2, sku, quantity, unitPrice: 1000 },
  ];
  return loyalty.expectStatus(201, "POST", "/v1/orders", { body: { ...orderBody(id, { memberId, occurredAt: at }), lines } });
};
const giveBack = (orderId: string, quantity: number) => {
  const body = { id: `${orderId}-${quantity}`, occurredAt: NOW, lines: [{ line: 2, quantity }] };
  return loyalty.expectStatus(201, "POST", `/v1/orders/${orderId}/returns`, { body });
};
const bodyOf = (id: string, to: unknown, give: unknown = { points: { wallet: "points", points: 50 } }) => ({
  id,
  reason: "recall",
  to,
  give,
});
const start = async (status: number, body: unknown, query = "") =>
  (await loyalty.expectStatus<Grant & { code: string }>(status, "POST", `/v1/bulk-grants${query}`, { body: body as object })).body;
const read = async (id: string) => (await loyalty.expectStatus<Grant>(200, "GET", `/v1/bulk-grants/${id}`)).body;
const couponsOf = async (memberId: string) =>
  (await loyalty.expectStatus<{ data: Coupon[] }>(200, "GET", `/v1/members/${memberId}/coupons`)).body.data;
const buyersOf = (sku: string) => ({ buyersOf: { skus: [sku], ...PERIOD } });

/** A round of the job with pages of four, by an engine of the test's. */
async function round(engine: Pick<Engine, "submit">, { inside }: TestService = loyalty): Promise<number> {
  const [program] = await loyalty.database.query<{ id: number }>("select program_id as id from programs");
  const job = bulkGrantsJob({ pool: inside.readPool, engine, pageSize: 4 });
  const context = {
    program: { programId: program?.id ?? 0, id: SHOP.id },
    programs: 1,
    now: new Date(NOW),
    signal: new AbortController().signal,
  };
  return (await job.run(context)).done;
}

/** The engine until it has taken so many commands: then it is as gone as that of a process that was killed. */
function dyingAfter(commands: number): Pick<Engine, "submit"> {
  let left = commands;
  return {
    submit: (program, command, options) => {
      left -= 1;
      return left < 0 ? Promise.reject(new LoyaltyError("shutting_down")) : loyalty.inside.engine.submit(program, command, options);
    },
  };
}

describe("buyers of a SKU in a period", () => {
  test("get it once each: who bought it then and kept a unit, whatever else they bought or sent back", async () => {
    await buy("twice", "x");
    await buy("twice", "x", { id: "twice-again" });
    await buy("kept-one", "x", { quantity: 2 });
    await giveBack("kept-one-x", 1);
    await buy("sent-back", "x");
    await giveBack("sent-back-x", 1);
    await buy("cancelled", "x");
    await loyalty.expectStatus(200, "POST", "/v1/orders/cancelled-x/cancel", { body: {} });
    await buy("first-instant", "x", { at: PERIOD.from });
    await buy("too-late", "x", { at: PERIOD.to });
    await buy("too-early", "x", { at: "2026-01-31T23:59:59Z" });
    await buy("another-sku", "y");

    const body = bodyOf("recall-x", buyersOf("x"), { coupon: "recall" });
    expect(await start(200, body, "?dryRun=true")).toMatchObject({ status: "dry_run", members: 3, granted: 0 });
    await loyalty.expectStatus(404, "GET", "/v1/bulk-grants/recall-x");
    expect(await start(201, body)).toMatchObject({ status: "running", granted: 0, refused: 0, actor: expect.stringMatching(/^key_/) });
    expect(await start(200, body)).toMatchObject({ status: "running" });
    expect(await start(409, { ...body, reason: "another" })).toMatchObject({ code: "id_reused" });

    expect((await loyalty.runJobs())["bulk-grants"]).toBe(3);
    expect((await loyalty.runJobs())["bulk-grants"]).toBe(0);

    expect(await read("recall-x")).toMatchObject({ status: "done", granted: 3, refused: 0, endedAt: "2026-03-10T00:00:00.000Z" });
    for (const id of ["twice", "kept-one", "first-instant"]) {
      expect(await couponsOf(id), id).toMatchObject([{ coupon: "recall", cause: "bulk_grant", sourceId: "recall-x", reason: null }]);
    }
    for (const id of ["sent-back", "cancelled", "too-late", "too-early", "another-sku"]) expect(await couponsOf(id), id).toEqual([]);
  });
});

describe("a segment", () => {
  const ids = Array.from({ length: 14 }, (_, index) => `s-${String(index).padStart(2, "0")}`);
  beforeAll(async () => {
    for (const id of ids) await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id } });
    await loyalty.expectStatus(200, "PUT", "/v1/segments/all", { body: { name: "All", memberIds: ids } });
    await loyalty.database.query("update members set status = 'suspended' where id in ('s-03', 's-09')");
  });
  const available = async () => Promise.all(ids.map(async (id) => (await pointsOf(loyalty, id)).available));

  test("gets points that the ledger explains, but for those who are refused", async () => {
    await start(201, bodyOf("thanks", { segment: "all" }, { points: { wallet: "points", points: 50, expiry: "P30D" } }));
    await loyalty.runJobs();

    expect(await read("thanks")).toMatchObject({ status: "done", granted: 12, refused: 2 });
    const refusals = await loyalty.expectStatus<{ data: unknown[]; nextCursor: string }>(
      200,
      "GET",
      "/v1/bulk-grants/thanks/refusals?limit=1",
    );
    expect(refusals.body.data).toMatchObject([{ memberId: "s-03", code: "member_not_active", title: "The member is not active" }]);
    const rest = await loyalty.expectStatus(200, "GET", `/v1/bulk-grants/thanks/refusals?cursor=${refusals.body.nextCursor}`);
    expect(rest.body).toMatchObject({ data: [{ memberId: "s-09" }], nextCursor: null });
    expect(await available()).toEqual(ids.map((id) => (id === "s-03" || id === "s-09" ? 0 : 50)));
    const { body } = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/s-00/entries");
    expect(body.data).toMatchObject([
      { kind: "adjustment", points: 50, source: { kind: "bulk_grant", id: "thanks" }, reason: "recall", actor: expect.any(String) },
    ]);
    const lots = await loyalty.expectStatus<{ data: unknown[] }>(200, "GET", "/v1/members/s-00/lots");
    expect(lots.body.data).toMatchObject([{ expiresAt: "2026-04-08T23:00:00.000Z" }]); // midnight in London, by summer time
    expect(await pointsOf(loyalty, "s-00")).toMatchObject({ accruedTotal: 0 });
  });

  test("is given to the end by whoever goes on, wherever the former process was killed", async () => {
    const before = await available();
    await start(201, bodyOf("killed", { segment: "all" }));
    for (const commands of [0, 1, 6, 3]) {
      await expect(round(dyingAfter(commands))).rejects.toThrow(/could not be given to/);
      const { status, granted, refused } = await read("killed");
      expect(status).toBe("running");
      expect(granted + refused).toBeLessThan(14);
    }
    await round(loyalty.inside.engine);

    expect(await read("killed")).toMatchObject({ status: "done", granted: 12, refused: 2 });
    expect(await available()).toEqual(before.map((points) => (points === 0 ? 0 : points + 50)));
  });

  test("gets it once from two processes that are at it together", async () => {
    const before = await available();
    await start(201, bodyOf("together", { segment: "all" }));

    const done = await Promise.all([round(loyalty.inside.engine), round(other.inside.engine, other), round(loyalty.inside.engine)]);

    expect(await read("together")).toMatchObject({ granted: 12, refused: 2 });
    while ((await read("together")).status === "running") await round(loyalty.inside.engine);
    expect(done.reduce((sum, n) => sum + n, 0)).toBeLessThanOrEqual(12);
    expect(await available()).toEqual(before.map((points) => (points === 0 ? 0 : points + 50)));
  });

  test("gets nothing any more once it is cancelled, and what was given stays", async () => {
    const before = await available();
    await start(201, bodyOf("stopped", { segment: "all" }));
    await expect(round(dyingAfter(5))).rejects.toThrow();

    const cancelled = await loyalty.expectStatus<Grant>(200, "POST", "/v1/bulk-grants/stopped/cancel");
    expect(cancelled.body).toMatchObject({ status: "cancelled", endedAt: "2026-03-10T00:00:00.000Z" });
    expect((await loyalty.expectStatus(200, "POST", "/v1/bulk-grants/stopped/cancel")).headers).toMatchObject({
      "idempotent-replayed": "true",
    });
    expect(await round(loyalty.inside.engine)).toBe(0);

    expect(await read("stopped")).toEqual(cancelled.body);
    const gained = (await available()).filter((points, index) => points !== before[index]).length;
    expect(gained).toBe(cancelled.body.granted);
    expect((await loyalty.expectStatus(409, "POST", "/v1/bulk-grants/killed/cancel")).body).toMatchObject({ code: "bulk_grant_over" });
  });
});

describe("named members", () => {
  test("must be members, and what they get must be there", async () => {
    const named = (memberIds: string[], give?: unknown) => bodyOf("named", { memberIds }, give);
    const cases: [status: number, body: unknown, expected: object][] = [
      [422, named(["twice", "nobody"]), { code: "members_unknown", errors: [{ pointer: "/to/memberIds/1" }] }],
      [422, named(["twice", "twice"]), { errors: [{ pointer: "/to/memberIds" }] }],
      [422, named(["twice"], { coupon: "nothing" }), { errors: [{ pointer: "/give/coupon" }] }],
      [422, named(["twice"], { points: { wallet: "coins", points: 1 } }), { errors: [{ pointer: "/give/points/wallet" }] }],
      [422, named(["twice"], {}), { errors: [{ pointer: "/give" }] }],
      [409, named(["twice"], { coupon: "over" }), { code: "coupon_over" }],
      [422, bodyOf("named", { segment: "nothing" }), { errors: [{ pointer: "/to/segment" }] }],
      [422, bodyOf("named", { segment: "all", memberIds: ["twice"] }), { errors: [{ pointer: "/to" }] }],
      [
        422,
        bodyOf("named", { buyersOf: { skus: ["x"], from: PERIOD.from, to: "2026-03-10T00:00:01Z" } }),
        { errors: [{ pointer: "/to/buyersOf/to" }] },
      ],
    ];
    for (const [status, body, expected] of cases) {
      expect(await start(status, body)).toMatchObject(expected);
      if (status !== 422 || !JSON.stringify(expected).includes("memberIds")) continue;
      expect(await start(status, body, "?dryRun=true")).toMatchObject(expected);
    }
    await loyalty.expectStatus(404, "GET", "/v1/bulk-grants/named");
    expect(await start(200, named(["twice", "kept-one"]), "?dryRun=true")).toMatchObject({ members: 2 });
    await start(201, named(["twice", "kept-one"]));
    await loyalty.runJobs();
    expect(await read("named")).toMatchObject({ status: "done", granted: 2 });
    const { body } = await loyalty.expectStatus<{ data: Grant[] }>(200, "GET", "/v1/bulk-grants?status=cancelled");
    expect(body.data.map(({ id }) => id)).toEqual(["stopped"]);
  });
});

test("who was merged got it, too: the member who goes on gets it no second time", async () => {
  await start(201, bodyOf("merged", { memberIds: ["twice", "kept-one"] }));
  await expect(round(dyingAfter(1))).rejects.toThrow();
  const merge = { id: "merge", from: "twice", into: "kept-one", reason: "one person" };
  await loyalty.expectStatus(201, "POST", "/v1/merges", { body: merge });
  const before = await pointsOf(loyalty, "kept-one");

  await round(loyalty.inside.engine);

  expect(await pointsOf(loyalty, "kept-one")).toEqual(before);
  expect(await read("merged")).toMatchObject({ status: "done", granted: 1, refused: 0 });
});

test("the books prove themselves, and a corruption of them is found", async () => {
  await expectSoundLedger(loyalty);
  type Found = { differences: { check: string; member?: string; subject: string; expected: string; actual: string }[] };
  const found = async () =>
    (await loyalty.expectStatus<Found>(200, "GET", "/v1/verification")).body.differences.map(
      ({ check, member }) => `${check} ${member ?? ""}`,
    );
  const corrupt = (sql: string) => loyalty.database.query(`begin; set local session_replication_role = replica; ${sql}; commit`);
  const of = (id: string) => `(select member_key from members where id = '${id}')`;

  await corrupt("update bulk_grants set granted = granted + 1 where grant_id = 'thanks'");
  expect(await found()).toEqual(["bulk_grant "]);
  await corrupt("update bulk_grants set granted = granted - 1, refused = refused - 1 where grant_id = 'thanks'");
  expect(await found()).toEqual(["bulk_grant "]);
  await corrupt("update bulk_grants set refused = refused + 1 where grant_id = 'thanks'");
  await corrupt(`update bulk_grant_members set refused = 'x' where grant_id = 'killed' and member_key = ${of("s-01")}`);
  expect((await found()).sort()).toEqual(["bulk_grant ", "bulk_grant ", "bulk_grant_gift s-01"]);
  await corrupt(`update bulk_grant_members set refused = null where grant_id = 'killed' and member_key = ${of("s-01")}`);
  await corrupt(`update coupons set source_id = 'another' where member_key = ${of("first-instant")}`);
  expect(await found()).toEqual(["bulk_grant_gift first-instant", "bulk_grant_gift first-instant"]);
});
