import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { HoldView, StoredHoldView } from "../../src/holds/commands.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { allPages, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService();
  await loyalty.createProgram(SHOP, { wallets: [{ id: "points" }, { id: "growth", kind: "status" }] });
});
afterAll(async () => {
  await expectSoundLedger(loyalty);
  await loyalty.close();
});

const inMs = (ms: number): string => new Date(loyalty.clock.now().getTime() + ms).toISOString();

let members = 0;
/** A member with these lots of points. */
async function memberWith(...lots: { points: number; expiresAt?: string }[]): Promise<string> {
  members += 1;
  const memberId = `holder-${members}`;
  const opening = { type: "openingBalance", id: memberId, memberId, occurredAt: loyalty.clock.now().toISOString() };
  const line = { ...opening, lots: lots.map((lot) => ({ wallet: "points", ...lot })) };
  const headers = { "content-type": "application/x-ndjson" };
  await loyalty.expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(line)}\n`, headers });
  return memberId;
}

const hold = (memberId: string, body: Record<string, unknown>, status = 201) =>
  loyalty.expectStatus<HoldView>(status, "POST", `/v1/members/${memberId}/holds`, { body });
const capture = (memberId: string, id: string, body: Record<string, unknown>, status = 200) =>
  loyalty.expectStatus<HoldView>(status, "POST", `/v1/members/${memberId}/holds/${id}/capture`, { body });
const release = (memberId: string, id: string, status = 200) =>
  loyalty.expectStatus<HoldView>(status, "POST", `/v1/members/${memberId}/holds/${id}/release`);
const lotsOf = (memberId: string) =>
  allPages<{ granted: number; remaining: number; held: number; expired: number }>(loyalty, `/v1/members/${memberId}/lots?all=true`);

describe("a hold", () => {
  test("reserves points that expire first, and nothing else can spend them", async () => {
    const memberId = await memberWith({ points: 100 }, { points: 50, expiresAt: inMs(10 * DAY_MS) });

    const { body } = await hold(memberId, { id: `${memberId}-1`, points: 60, reason: "checkout" });

    expect(body).toMatchObject({ wallet: "points", points: 60, status: "open", captured: 0, released: 0, reason: "checkout" });
    expect(body.expiresAt).toBe(inMs(30 * 60_000));
    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 90, held: 60 });
    expect(await lotsOf(memberId)).toMatchObject([
      { granted: 50, remaining: 50, held: 50 },
      { granted: 100, remaining: 100, held: 10 },
    ]);
    const refused = await hold(memberId, { id: `${memberId}-2`, points: 91 }, 409);
    expect(refused.body).toMatchObject({ code: "insufficient_points", details: { spendable: 90, missing: 1 } });
  });

  test("reserves up to so many points, and is refused where there is none", async () => {
    const memberId = await memberWith({ points: 40 });

    expect((await hold(memberId, { id: `${memberId}-1`, upTo: 100 })).body).toMatchObject({ points: 40 });
    expect((await hold(memberId, { id: `${memberId}-2`, upTo: 100 }, 409)).body).toMatchObject({ code: "insufficient_points" });
  });

  test("is captured in part, and the rest is free again; a second capture is refused and says why", async () => {
    const memberId = await memberWith({ points: 100 });
    const id = `${memberId}-1`;
    await hold(memberId, { id, points: 60 });

    const captured = await capture(memberId, id, { points: 45 });

    expect(captured.body).toMatchObject({ status: "captured", captured: 45, released: 15 });
    expect(captured.body.balance.wallets.points).toMatchObject({ available: 55, held: 0, redeemedTotal: 45 });
    const again = await capture(memberId, id, { points: 45 });
    expect(again.body).toEqual(captured.body);
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect((await capture(memberId, id, { points: 10 }, 409)).body).toMatchObject({
      code: "hold_not_open",
      details: { status: "captured", captured: 45, released: 15 },
    });
    expect((await release(memberId, id, 409)).body).toMatchObject({ code: "hold_not_open" });
    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 55, held: 0, redeemedTotal: 45 });
  });

  test("takes no more than it holds, and keeps what a refused capture wanted", async () => {
    const memberId = await memberWith({ points: 100 });
    const id = `${memberId}-1`;
    await hold(memberId, { id, points: 60 });

    expect((await capture(memberId, id, { points: 61 }, 422)).body).toMatchObject({ errors: [{ pointer: "/points" }] });
    expect((await release(memberId, id)).body).toMatchObject({ status: "released", captured: 0, released: 60 });
    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 100, held: 0 });
  });

  test("whose time is over is free at once, whether a job has run or not; capture is refused", async () => {
    const memberId = await memberWith({ points: 100 });
    const id = `${memberId}-1`;
    await hold(memberId, { id, points: 60, expiresAt: inMs(HOUR_MS) });
    const past = loyalty.clock.now().toISOString();
    loyalty.clock.advance(HOUR_MS);

    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 100, held: 0 });
    expect((await capture(memberId, id, {}, 409)).body).toMatchObject({ code: "hold_expired" });
    const { body } = await loyalty.expectStatus<StoredHoldView>(200, "GET", `/v1/members/${memberId}/holds/${id}`);
    expect(body).toMatchObject({ status: "expired", released: 60 });
    expect((await loyalty.runJobs())["hold-timeouts"]).toBeGreaterThan(0);
    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 100, held: 0 });
    expect((await loyalty.expectStatus<StoredHoldView>(200, "GET", `/v1/members/${memberId}/holds/${id}`)).body).toEqual(body);
    expect((await capture(memberId, id, {}, 409)).body).toMatchObject({ code: "hold_expired" });
    expect(await pointsOf(loyalty, memberId, `&asOf=${past}`)).toMatchObject({ available: 40, held: 60 });
    expect(await loyalty.runJobs()).toMatchObject({ "hold-timeouts": 0 });
  });

  test("keeps points beyond their date; released they are gone, captured they are spent", async () => {
    const memberId = await memberWith({ points: 100, expiresAt: inMs(2 * HOUR_MS) });
    for (const [id, points] of Object.entries({ kept: 30, freed: 20 })) {
      await hold(memberId, { id: `${memberId}-${id}`, points, expiresAt: inMs(DAY_MS) });
    }
    loyalty.clock.advance(3 * HOUR_MS);

    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 0, held: 50 });
    await capture(memberId, `${memberId}-kept`, {});
    const { body } = await release(memberId, `${memberId}-freed`);

    expect(body.balance.wallets.points).toMatchObject({ available: 0, held: 0, redeemedTotal: 30 });
    expect(await lotsOf(memberId)).toMatchObject([{ granted: 100, remaining: 0, held: 0, expired: 70 }]);
  });

  test("is listed newest first, by status as it is now", async () => {
    const memberId = await memberWith({ points: 100 });
    for (const id of ["a", "b", "c"]) {
      await hold(memberId, { id: `${memberId}-${id}`, points: 10, expiresAt: inMs(id === "a" ? HOUR_MS : DAY_MS) });
      loyalty.clock.advance(1000);
    }
    await release(memberId, `${memberId}-b`);
    loyalty.clock.advance(HOUR_MS);
    const list = async (query: string) =>
      (await allPages<StoredHoldView>(loyalty, `/v1/members/${memberId}/holds?limit=1${query}`)).map(({ id }) => id.at(-1));

    expect(await list("")).toEqual(["c", "b", "a"]);
    expect(await list("&status=open")).toEqual(["c"]);
    expect(await list("&status=expired")).toEqual(["a"]);
  });

  test.each([
    { body: { points: 1, upTo: 1 }, pointer: "/points" },
    { body: {}, pointer: "/points" },
    { body: { points: 0 }, pointer: "/points" },
    { body: { points: 1, wallet: "gems" }, pointer: "/wallet" },
    { body: { points: 1, expiresAt: "2020-01-01T00:00:00Z" }, pointer: "/expiresAt" },
    { body: { points: 1, expiresAt: "2030-01-01T00:00:00Z" }, pointer: "/expiresAt" },
  ])("is refused at $pointer for $body", async ({ body, pointer }) => {
    const memberId = await memberWith({ points: 100 });

    const refused = await hold(memberId, { id: `${memberId}-1`, ...body }, 422);

    expect(refused.body).toMatchObject({ code: "request_invalid", errors: [{ pointer }] });
    expect(await pointsOf(loyalty, memberId)).toMatchObject({ available: 100, held: 0 });
  });

  test("captured and released at once is resolved once", async () => {
    const memberId = await memberWith({ points: 100 });
    const ids = Array.from({ length: 10 }, (_, n) => `${memberId}-${n}`);
    for (const id of ids) await hold(memberId, { id, points: 10 });

    const outcomes = await Promise.all(
      ids.flatMap((id) => [
        loyalty.request("POST", `/v1/members/${memberId}/holds/${id}/capture`, { body: {} }),
        loyalty.request("POST", `/v1/members/${memberId}/holds/${id}/release`),
      ]),
    );

    expect(outcomes.map(({ status }) => status).sort()).toEqual([...Array(10).fill(200), ...Array(10).fill(409)]);
    const { available, held, redeemedTotal } = await pointsOf(loyalty, memberId);
    expect([held, available + redeemedTotal]).toEqual([0, 100]);
  });
});
