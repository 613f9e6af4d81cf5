import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

type Entry = {
  seq: number;
  kind: string;
  from: string;
  to: string;
  points: number;
  lotUses: { lot: string; points: number }[];
  reason?: string;
  actor?: string;
};

let loyalty: TestService;
let n = 0;
let member: string;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
  await loyalty.createProgram(SHOP, {
    wallets: [{ id: "points", expiry: "P60D" }],
    tiers: [{ id: "bronze" }, { id: "silver", qualification: { all: [{ metric: "spend", window: "365d", atLeast: 1_000_000 }] } }],
    upgrades: [{ id: "step", price: { wallet: "points", points: 40 } }],
    adjustments: { maxPoints: 500 },
    events: [{ type: "review_written" }],
    rules: [{ id: "review", on: "review_written", effects: [{ kind: "bonus_points", wallet: "points", points: 30 }] }],
  });
});
afterAll(() => loyalty.close());
beforeEach(async () => {
  n += 1;
  member = `member-${n}`;
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: member } });
});

const entries = async () => (await loyalty.expectStatus<{ data: Entry[] }>(200, "GET", `/v1/members/${member}/entries`)).body.data;
const seqOf = async (kind: string) => (await entries()).find((entry) => entry.kind === kind)?.seq ?? 0;
const path = (seq: number) => `/v1/members/${member}/entries/${seq}/reversal`;
const reverse = (status: number, seq: number, body: Record<string, unknown> = {}) =>
  loyalty.expectStatus<Record<string, unknown>>(status, "POST", path(seq), { body: { reason: "a mistake", actor: "agent-7", ...body } });
const adjust = (id: string, points: number, change = {}) =>
  loyalty.expectStatus(201, "POST", `/v1/members/${member}/adjustments`, {
    body: { id: `${member}-${id}`, points, reason: "test", ...change },
  });
const review = () =>
  loyalty.expectStatus(201, "POST", "/v1/events", {
    body: { id: `${member}-review`, type: "review_written", memberId: member, occurredAt: "2026-02-28T12:00:00Z" },
  });

describe("POST /v1/members/{memberId}/entries/{seq}/reversal", () => {
  test("what was spent goes back to the very lots it came from, once", async () => {
    await adjust("first", 30, { expiresAt: "2026-04-01T00:00:00Z" });
    await adjust("second", 30);
    await loyalty.expectStatus(201, "POST", `/v1/members/${member}/tier/upgrades`, { body: { id: `${member}-up`, upgrade: "step" } });
    const [spent] = await entries();

    const first = await reverse(201, spent?.seq ?? 0);
    const again = await reverse(200, spent?.seq ?? 0);

    expect(first.body).toMatchObject({ memberId: member, seq: spent?.seq, points: 40, expired: 0, debt: 0, actor: "agent-7" });
    expect(again.body).toEqual(first.body);
    const [back] = await entries();
    expect(back).toMatchObject({ kind: "give_back", from: "redeemed", to: "available", points: 40, reason: "a mistake", actor: "agent-7" });
    expect(back?.lotUses).toEqual(spent?.lotUses);
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 60, redeemedTotal: 0 });
    const refused = await reverse(409, spent?.seq ?? 0, { reason: "another" });
    expect(refused.body).toMatchObject({
      code: "entry_already_reversed",
      details: { seq: spent?.seq, reason: "a mistake", actor: "agent-7" },
    });
    await expectSoundLedger(loyalty);
  });

  test("a captured hold comes back, and what is past its date expires again", async () => {
    await adjust("soon", 25, { expiresAt: "2026-03-02T00:00:00Z" });
    await loyalty.expectStatus(201, "POST", `/v1/members/${member}/holds`, { body: { id: `${member}-hold`, points: 20 } });
    await loyalty.expectStatus(200, "POST", `/v1/members/${member}/holds/${member}-hold/capture`, { body: {} });
    const captured = await seqOf("capture");
    loyalty.clock.set("2026-03-03T12:00:00Z");

    expect((await reverse(201, captured)).body).toMatchObject({ points: 20, expired: 20 });

    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 0, redeemedTotal: 0 });
    loyalty.clock.set("2026-03-01T12:00:00Z");
  });

  test("points of an event are taken back from their lot, and count for no tier any more", async () => {
    await review();
    await adjust("more", 5);
    const taken = await reverse(201, await seqOf("accrual"));

    expect(taken.body).toMatchObject({ points: -30, debt: 0 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 5, accruedTotal: 0 });
    await expectSoundLedger(loyalty);
  });

  test("what is spent already is refused, or owed where it is asked for", async () => {
    await review();
    await adjust("spent", -20);
    const accrual = await seqOf("accrual");

    expect((await reverse(409, accrual)).body).toMatchObject({ code: "insufficient_points", details: { missing: 20 } });
    expect((await reverse(201, accrual, { shortfall: "debt" })).body).toMatchObject({ points: -30, debt: 20 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 0, debt: 20, accruedTotal: 0 });
    await expectSoundLedger(loyalty);
  });

  test("a debt is paid from what lives longest of what comes back, in whatever order its lots were made", async () => {
    await adjust("long", 20);
    await adjust("short", 20, { expiresAt: "2026-04-01T00:00:00Z" });
    await loyalty.expectStatus(201, "POST", `/v1/members/${member}/tier/upgrades`, { body: { id: `${member}-up`, upgrade: "step" } });
    await adjust("owed", -5, { shortfall: "debt" });

    await reverse(201, (await entries()).find(({ points }) => points === 40)?.seq ?? 0);

    const { body } = await loyalty.expectStatus<{ data: { remaining: number; expiresAt: string }[] }>(
      200,
      "GET",
      `/v1/members/${member}/lots`,
    );
    expect(body.data.map(({ remaining, expiresAt }) => [remaining, expiresAt])).toEqual([
      [20, "2026-04-01T00:00:00.000Z"],
      [15, "2026-04-30T11:00:00.000Z"],
    ]);
    await expectSoundLedger(loyalty);
  });

  test("a gift by hand is taken back, and points that were taken by hand come back", async () => {
    await adjust("gift", 50);
    await adjust("taken", -10);
    const [taken, gift] = await entries();

    expect((await reverse(201, taken?.seq ?? 0)).body).toMatchObject({ points: 10 });
    expect((await reverse(201, gift?.seq ?? 0)).body).toMatchObject({ points: -50, debt: 0 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 0, debt: 0, accruedTotal: 0, redeemedTotal: 0 });
    await expectSoundLedger(loyalty);
  });

  test("what was taken by owing is owed no more, unless it is paid", async () => {
    await adjust("owed", -30, { shortfall: "debt" });
    const owed = await seqOf("adjustment");
    expect((await reverse(201, owed)).body).toMatchObject({ points: 30, debt: -30 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ debt: 0 });

    await adjust("again", -30, { shortfall: "debt" });
    await review();
    const second = (await entries()).find(({ from, to }) => from === "debt" && to === "adjusted")?.seq ?? 0;
    expect((await reverse(409, second)).body).toMatchObject({ code: "entry_not_reversible", details: { use: "adjustPoints", debt: 0 } });
    await expectSoundLedger(loyalty);
  });

  test("the part of a gift that has expired is not taken again", async () => {
    await adjust("short", 40, { expiresAt: "2026-03-02T00:00:00Z" });
    await adjust("long", 100);
    const gift = (await entries()).at(-1)?.seq ?? 0;
    await adjust("spend", -15);
    loyalty.clock.set("2026-03-05T12:00:00Z");

    // 15 were spent of it and 25 have expired: only those 15 are still given.
    expect((await reverse(201, gift)).body).toMatchObject({ points: -15 });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 85 });
    await expectSoundLedger(loyalty);
    loyalty.clock.set("2026-03-01T12:00:00Z");
  });

  test("what is part of something larger is refused with what undoes it", async () => {
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(`${member}-order`, { memberId: member }) });
    await loyalty.expectStatus(201, "POST", `/v1/members/${member}/holds`, { body: { id: `${member}-open`, points: 2 } });
    const details = async (kind: string) => (await reverse(409, await seqOf(kind))).body;

    expect(await details("accrual")).toMatchObject({ code: "entry_not_reversible", details: { source: "order", use: "returnLines" } });
    expect(await details("hold")).toMatchObject({ details: { use: "releaseHold" } });
    expect((await reverse(404, 99)).body).toMatchObject({ code: "entry_not_found", details: { seq: 99 } });
  });

  test("limits of adjustments hold", async () => {
    await adjust("much", 500);
    await adjust("more", 100);
    await loyalty.expectStatus(201, "POST", `/v1/members/${member}/holds`, { body: { id: `${member}-all`, points: 600 } });
    await loyalty.expectStatus(200, "POST", `/v1/members/${member}/holds/${member}-all/capture`, { body: {} });

    const refused = await reverse(409, await seqOf("capture"));
    expect(refused.body).toMatchObject({ code: "adjustment_limit_exceeded", details: { limit: "maxPoints", atMost: 500, requested: 600 } });
  });

  test("of two at once with different reasons one reverses", async () => {
    await review();
    const accrual = await seqOf("accrual");
    const answers = await Promise.all(
      ["one", "two"].map((reason) => loyalty.request<{ code?: string }>("POST", path(accrual), { body: { reason } })),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({ code: "entry_already_reversed" });
    expect(await pointsOf(loyalty, member)).toMatchObject({ available: 0, debt: 0 });
  });

  test("sent again after a merge it is a replay, and undoes no other entry that has its number", async () => {
    const [source, target] = [member, `${member}-target`];
    await adjust("kind", 60);
    const seq = await seqOf("adjustment");
    const first = await reverse(201, seq);
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: target } });
    const given = { id: `${target}-gift`, points: 25, reason: "kind" };
    await loyalty.expectStatus(201, "POST", `/v1/members/${target}/adjustments`, { body: given });
    const merge = { id: `m-${member}`, from: source, into: target, reason: "one person" };
    await loyalty.expectStatus(201, "POST", "/v1/merges", { body: merge });

    const again = await reverse(200, seq);

    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.body).toEqual(first.body);
    member = target;
    const own = (await entries()).find(({ kind, points }) => kind === "adjustment" && points === 25)?.seq ?? 0;
    member = source;
    const byAlias = await loyalty.request("POST", path(own), { body: { reason: "by the old id" } });
    expect(byAlias).toMatchObject({ status: own === seq ? 409 : 404 });
    expect(await pointsOf(loyalty, target)).toMatchObject({ available: 25, debt: 0 });
    await expectSoundLedger(loyalty);
  });
});
