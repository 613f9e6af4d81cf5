import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { completed, openMember, orderInFen, placed } from "../support/orders-in-fen.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf } from "../support/shop.ts";

type Tier = { tier: string; retention: { state: string; nextReviewAt: string | null } | null; history: Record<string, unknown>[] };

let loyalty: TestService;
const tierOf = async (memberId: string): Promise<Tier> =>
  (await loyalty.expectStatus<Tier>(200, "GET", `/v1/members/${memberId}/tier`)).body;
const buy = (memberId: string, id: string, upgrade = "points-for-a-step") =>
  loyalty.request<Record<string, unknown>>("POST", `/v1/members/${memberId}/tier/upgrades`, { body: { id, upgrade } });
const put = (memberId: string, body: Record<string, unknown>, key?: string) =>
  loyalty.request<Record<string, unknown>>("PUT", `/v1/members/${memberId}/tier`, {
    body,
    headers: key === undefined ? {} : { "idempotency-key": key },
  });
async function order(memberId: string, at: string, price = 1000) {
  loyalty.clock.set(at);
  const id = `${memberId}-${at}`;
  await placed(loyalty, orderInFen(id, memberId, at, [price]));
  return completed(loyalty, id, at);
}
const changesOf = (memberId: string) =>
  loyalty.database.query("select version from accounts join members using (program_id, member_key) where id = $1", [memberId]);
async function noDifference() {
  const { body } = await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification");
  expect(body.differences).toEqual([]);
}

const NOW = "2026-03-01T12:00:00+08:00";
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  await loyalty.createProgram("activity-mall");
});
afterAll(() => loyalty.close());

describe("an upgrade bought with points (case 5)", () => {
  test("takes 100 points, lifts one step, and leaves what was accrued", async () => {
    await openMember(loyalty, "buyer", NOW, { tier: "regular", points: 100 });

    const bought = await buy("buyer", "up-1");

    expect(bought).toMatchObject({ status: 201, body: { tier: { before: "regular", after: "silver" }, price: { points: 100 } } });
    expect(await pointsOf(loyalty, "buyer")).toMatchObject({ available: 0, accruedTotal: 100, redeemedTotal: 100 });
    expect(await tierOf("buyer")).toMatchObject({
      tier: "silver",
      history: [{ from: "regular", to: "silver", cause: "purchase", sourceId: "up-1", reason: "points-for-a-step" }, {}, {}],
    });
    const { body } = await loyalty.expectStatus(200, "GET", "/v1/members/buyer/entries");
    expect(body).toMatchObject({
      data: [{ kind: "redemption", from: "available", to: "redeemed", points: 100, source: { kind: "tier_upgrade", id: "up-1" } }, {}],
    });
    await noDifference();
  });

  test("is bought once however often it is sent, and only once a year", async () => {
    const before = await changesOf("buyer");
    expect(await buy("buyer", "up-1")).toMatchObject({ status: 200, body: { tier: { after: "silver" } } });
    expect(await buy("buyer", "up-1", "annual-challenge")).toMatchObject({ status: 409, body: { code: "id_reused" } });
    expect(await buy("buyer", "up-2")).toMatchObject({
      status: 409,
      body: { code: "upgrade_unavailable", details: { reason: "limit_used" } },
    });
    expect(await changesOf("buyer")).toEqual(before);
  });

  test("with 99 points is refused, and so are an upgrade that is none and one that is not for sale", async () => {
    await openMember(loyalty, "poor", NOW, { tier: "regular", points: 99 });
    const before = await changesOf("poor");

    expect(await buy("poor", "p-1")).toMatchObject({
      status: 409,
      body: { code: "insufficient_points", details: { wallet: "points", requested: 100, spendable: 99, missing: 1 } },
    });
    expect(await buy("poor", "p-2", "nothing")).toMatchObject({
      status: 422,
      body: { code: "request_invalid", errors: [{ pointer: "/upgrade" }] },
    });
    expect(await buy("poor", "p-3", "annual-challenge")).toMatchObject({ status: 409, body: { details: { reason: "not_for_sale" } } });
    expect(await buy("nobody", "p-4")).toMatchObject({ status: 404 });
    expect(await changesOf("poor")).toEqual(before);
  });

  test.each(["gold", "vip"])("from %s is refused, and nothing changes", async (tier) => {
    await openMember(loyalty, `in-${tier}`, NOW, { tier, points: 500 });
    const before = await changesOf(`in-${tier}`);

    expect(await buy(`in-${tier}`, `from-${tier}`)).toMatchObject({ status: 409, body: { details: { reason: "top_reached", tier } } });

    expect(await changesOf(`in-${tier}`)).toEqual(before);
  });

  test("two at once: one has the points", async () => {
    await openMember(loyalty, "twice", NOW, { tier: "regular", points: 150 });

    const answers = await Promise.all([buy("twice", "t-1"), buy("twice", "t-2")]);

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(await pointsOf(loyalty, "twice")).toMatchObject({ available: 50 });
  });
});

describe("by hand", () => {
  test("to an end date, after which the member goes to what they qualify for", async () => {
    await openMember(loyalty, "favoured", NOW, { tier: "regular" });
    const body = { tier: "vip", until: "2026-04-10T12:00:00+08:00", reason: "made up for a lost parcel", actor: "agent-7" };

    expect(await put("favoured", body, "key-1")).toMatchObject({
      status: 200,
      body: { tier: { before: "regular", after: "vip" }, nextReviewAt: "2026-04-10T04:00:00.000Z" },
    });
    const before = await changesOf("favoured");
    expect(await put("favoured", body, "key-1")).toMatchObject({ status: 200, headers: { "idempotent-replayed": "true" } });
    expect(await put("favoured", { ...body, tier: "gold" }, "key-1")).toMatchObject({
      status: 422,
      body: { code: "idempotency_key_reused" },
    });
    expect(await put("poor", body, "key-1")).toMatchObject({ status: 422, body: { code: "idempotency_key_reused" } });
    expect(await changesOf("favoured")).toEqual(before);
    expect(await tierOf("favoured")).toMatchObject({
      tier: "vip",
      retention: { state: "granted", nextReviewAt: "2026-04-10T04:00:00.000Z" },
      history: [{ cause: "manual", reason: body.reason, actor: "agent-7" }, {}, {}],
    });

    for (const day of ["02", "03", "04"]) await order("favoured", `2026-04-${day}T12:00:00+08:00`);
    loyalty.clock.set("2026-04-10T12:00:00+08:00");
    await loyalty.runJobs();

    expect(await tierOf("favoured")).toMatchObject({
      tier: "silver",
      history: [{ from: "vip", to: "silver", cause: "review" }, {}, {}, {}],
    });
    await noDifference();
  });

  test.each([
    [{ tier: "platinum", reason: "x" }, "/tier"],
    [{ tier: "gold", reason: "x", until: "2020-01-01T00:00:00Z" }, "/until"],
    [{ tier: "gold" }, "/reason"],
  ])("%j is refused at %s", async (body, pointer) => {
    const before = await changesOf("poor");
    expect(await put("poor", body)).toMatchObject({ status: 422, body: { code: "request_invalid", errors: [{ pointer }] } });
    expect(await changesOf("poor")).toEqual(before);
  });
});

describe("the annual challenge", () => {
  const months = Array.from({ length: 12 }, (_, index) => String(index + 1).padStart(2, "0"));

  test("an order in each of the 12 months lifts one step, with the twelfth, once a year", async () => {
    for (const month of months.slice(0, 11)) await order("runner", `2027-${month}-15T12:00:00+08:00`);
    await order("runner", "2027-11-20T12:00:00+08:00");
    expect((await tierOf("runner")).tier).toBe("regular");

    const twelfth = await order("runner", "2027-12-31T23:59:59+08:00");

    expect(twelfth.tier).toEqual({ before: "regular", after: "silver" });
    expect((await tierOf("runner")).history[0]).toMatchObject({
      cause: "goal",
      reason: "annual-challenge",
      sourceId: "runner-2027-12-31T23:59:59+08:00",
    });
    expect((await order("runner", "2027-12-31T23:59:59.500+08:00")).tier.after).toBe("silver");
    await noDifference();
  });

  test("a month whose only order is sent back whole does not count; one of two does", async () => {
    loyalty.clock.set("2027-12-31T12:00:00+08:00");
    for (const month of months.slice(0, 11)) await order("sender", `2028-${month}-15T12:00:00+08:00`);
    await order("sender", "2028-03-20T12:00:00+08:00");
    const giveBack = (at: string) => loyalty.expectStatus(200, "POST", `/v1/orders/sender-${at}/cancel`, { body: {} });
    await giveBack("2028-03-15T12:00:00+08:00");
    await giveBack("2028-05-15T12:00:00+08:00");

    expect((await order("sender", "2028-12-10T12:00:00+08:00")).tier.after).toBe("regular");
    const late = orderInFen("late-may", "sender", "2028-05-31T23:59:59+08:00", [1000]);
    await placed(loyalty, late);
    expect((await completed(loyalty, "late-may", "2028-05-31T23:59:59+08:00")).tier.after).toBe("silver");
    await noDifference();
  });
});
