import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

const PROGRAM = {
  ...SHOP,
  id: "homes",
  pools: { maxMembers: 3 },
  wallets: [{ id: "points" }, { id: "growth", kind: "status" }],
  rewards: [
    {
      id: "tote",
      label: "Tote",
      price: [{ wallet: "points", points: 40 }],
      gives: { kind: "product", sku: "TOTE" },
      fulfilment: "confirm",
    },
  ],
  upgrades: [{ id: "step", price: { wallet: "points", points: 100 } }],
};
const SUMMER = "2026-06-01T00:00:00Z";
const AUTUMN = "2026-09-01T00:00:00Z";

let loyalty: TestService;
let other: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-10T12:00:00Z" });
  const { key } = await loyalty.createProgram(PROGRAM);
  other = await startTestService({ now: "2026-03-10T12:00:00Z", database: loyalty.database });
  other.use(key);
});
afterAll(async () => {
  await other.close();
  await loyalty.close();
});

/** Members with lots of points, each with the date on which they expire. */
async function open(members: Record<string, [points: number, expiresAt: string][]>): Promise<void> {
  const lines = Object.entries(members).map(([memberId, lots]) => ({
    type: "openingBalance",
    id: `o-${memberId}`,
    memberId,
    occurredAt: "2026-03-01T00:00:00Z",
    lots: lots.map(([points, expiresAt]) => ({ wallet: "points", points, expiresAt })),
  }));
  const headers = { "content-type": "application/x-ndjson" };
  const body = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  const answer = await loyalty.expectStatus(200, "POST", "/v1/import", { body, headers });
  expect(JSON.stringify(answer.body)).not.toContain("problem");
}
const make = (id: string, owner: string) => loyalty.request<Record<string, unknown>>("POST", "/v1/pools", { body: { id, owner } });
const put = (poolId: string, memberId: string, body: Record<string, unknown> = {}, api: TestService = loyalty) =>
  api.request<Record<string, unknown>>("PUT", `/v1/pools/${poolId}/members/${memberId}`, { body });
const leave = (poolId: string, memberId: string) => loyalty.request("DELETE", `/v1/pools/${poolId}/members/${memberId}`);
const buy = (memberId: string, id: string, api: TestService = loyalty) =>
  api.request<Record<string, unknown>>("POST", `/v1/members/${memberId}/tier/upgrades`, { body: { id, upgrade: "step" } });
const availableOf = async (...ids: string[]) => Promise.all(ids.map(async (id) => (await pointsOf(loyalty, id)).available));

describe("a household", () => {
  test("shows what each has and what they have together", async () => {
    await open({
      ann: [[30, AUTUMN]],
      ben: [
        [50, SUMMER],
        [50, AUTUMN],
      ],
      cat: [[60, SUMMER]],
    });
    expect(await make("home", "ann")).toMatchObject({ status: 201, body: { poolId: "home", memberId: "ann", maySpend: true } });
    expect(await make("home", "ann")).toMatchObject({ status: 200 });
    expect(await put("home", "ben", { maySpend: false })).toMatchObject({ status: 200, body: { maySpend: false } });
    expect(await put("home", "cat")).toMatchObject({ status: 200, body: { maySpend: true } });

    const { body } = await loyalty.expectStatus(200, "GET", "/v1/pools/home");

    expect(body).toMatchObject({
      owner: "ann",
      createdAt: "2026-03-10T12:00:00.000Z",
      available: { points: 190 },
      members: [
        { memberId: "ann", maySpend: true, joinedAt: "2026-03-10T12:00:00.000Z", available: { points: 30 } },
        { memberId: "ben", maySpend: false, available: { points: 100 } },
        { memberId: "cat", maySpend: true, available: { points: 60 } },
      ],
    });
  });

  test("covers what a spender lacks, from whoever's points expire first", async () => {
    expect(await buy("ann", "u-1")).toMatchObject({ status: 201, body: { balance: { wallets: { points: { available: 0 } } } } });

    // 30 of her own, then 70 of the 110 that expire in summer: of equal dates, those of whose entry came first.
    const [ann, ben, cat] = await availableOf("ann", "ben", "cat");
    expect([ann, (ben ?? 0) + (cat ?? 0), (ben ?? 0) >= 50]).toEqual([0, 90, true]);
    expect(await pointsOf(loyalty, "ann")).toMatchObject({ redeemedTotal: 100, accruedTotal: 30 });
    expect(await pointsOf(loyalty, "ben")).toMatchObject({ redeemedTotal: 0, accruedTotal: 100 });
    await expectSoundLedger(loyalty);
  });

  test("covers a reward, whose points come back to the spender when it is taken back", async () => {
    const together = async () => (await availableOf("ben", "cat")).reduce((sum, points) => sum + points, 0);
    const reward = { id: "red-1", reward: "tote", channel: "online" };
    await loyalty.expectStatus(201, "POST", "/v1/members/ann/redemptions", { body: reward });
    expect([await availableOf("ann"), await together()]).toEqual([[0], 50]);

    await loyalty.expectStatus(200, "POST", "/v1/redemptions/red-1/cancel", { body: { reason: "changed her mind" } });

    expect([await availableOf("ann"), await together()]).toEqual([[40], 50]);
    await expectSoundLedger(loyalty);
  });

  test("does not cover who may not spend, nor more than all of them have", async () => {
    const before = await availableOf("ann", "ben", "cat");
    expect(await buy("ben", "u-2")).toMatchObject({ status: 409, body: { code: "insufficient_points" } });
    expect(await buy("cat", "u-2")).toMatchObject({
      status: 409,
      body: { code: "insufficient_points", details: { requested: 100, spendable: 90, missing: 10 } },
    });
    expect(await availableOf("ann", "ben", "cat")).toEqual(before);
  });

  test("is changed only as it may be", async () => {
    await open({ dan: [], eve: [], fay: [] });
    await make("away", "eve");
    const conflict = (reason: string) => ({ status: 409, body: { code: "pool_conflict", details: { reason } } });
    expect(await put("home", "dan")).toMatchObject(conflict("full"));
    expect(await put("home", "eve")).toMatchObject(conflict("in_a_pool"));
    expect(await put("home", "ann", { maySpend: false })).toMatchObject(conflict("owner_spends"));
    expect(await make("third", "cat")).toMatchObject(conflict("in_a_pool"));
    expect(await leave("home", "ann")).toMatchObject(conflict("owner_leaves_last"));
    expect(await leave("home", "dan")).toMatchObject({ status: 404, body: { code: "pool_not_found" } });
    expect(await put("nowhere", "dan")).toMatchObject({ status: 404, body: { code: "pool_not_found" } });
    expect(await put("home", "nobody")).toMatchObject({ status: 404, body: { code: "member_not_found" } });
  });

  test("leaves everyone what is theirs when they go, and ends with its owner", async () => {
    const before = await availableOf("ben", "cat");
    for (const id of ["ben", "cat", "ann"]) expect(await leave("home", id)).toMatchObject({ status: 200 });
    expect(await availableOf("ben", "cat")).toEqual(before);
    expect(await loyalty.request("GET", "/v1/pools/home")).toMatchObject({ status: 404 });
    expect(await buy("cat", "u-3")).toMatchObject({ status: 409, body: { code: "insufficient_points" } });
    await expectSoundLedger(loyalty);
  });
});

describe("at once, through two services", () => {
  test("members join, leave and spend: nobody overdraws, and nothing is lost", async () => {
    await open({ pa: [[210, SUMMER]], ma: [[150, AUTUMN]], kid: [[70, SUMMER]] });
    await make("rush", "pa");
    for (const id of ["ma", "kid"]) await put("rush", id);
    const apis = [loyalty, other] as const;
    const ids = ["pa", "ma", "kid"];

    const spends = Array.from({ length: 24 }, (_, n) => buy(ids[n % 3] as string, `r-${n}`, apis[n % 2]));
    const moves = Array.from({ length: 12 }, (_, n) => put("rush", "kid", { maySpend: n % 2 === 0 }, apis[(n + 1) % 2]));
    const answers = await Promise.all([...spends, ...moves]);

    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    const bought = answers.slice(0, 24).filter(({ status }) => status === 201).length;
    // Each member takes the one step to silver once at most.
    expect(bought).toBeLessThanOrEqual(3);
    const left = (await availableOf(...ids)).reduce((sum, points) => sum + points, 0);
    expect(left).toBe(430 - 100 * bought);
    await expectSoundLedger(loyalty);
  });
});

test("six who join at once are no more than the pool takes", async () => {
  await open({ host: [], j0: [], j1: [], j2: [], j3: [], j4: [], j5: [] });
  await make("narrow", "host");

  // While the first is decided the others gather in one batch.
  const first = put("narrow", "host");
  const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => put("narrow", `j${n}`)));

  expect(await first).toMatchObject({ status: 200 });
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 409, 409, 409, 409]);
  const { body } = await loyalty.expectStatus<{ members: unknown[] }>(200, "GET", "/v1/pools/narrow");
  expect(body.members).toHaveLength(3);
});

test("a pool whose rows were touched is found", async () => {
  await open({ gus: [], hal: [] });
  await make("torn", "gus");
  await put("torn", "hal");
  await loyalty.database.query("begin; set local session_replication_role = replica; delete from pools where pool_id = 'torn'; commit");
  const { body } = await loyalty.expectStatus<{ differences: unknown[] }>(200, "GET", "/v1/verification");
  expect(body.differences).toMatchObject([
    { check: "pool_member", subject: "pool torn" },
    { check: "pool_member", subject: "pool torn" },
  ]);
});
