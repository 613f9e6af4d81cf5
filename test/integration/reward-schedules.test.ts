import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";

const NOW = "2026-03-01T12:00:00Z";
const reward = (id: string, schedule: Record<string, unknown>) => ({
  id,
  label: id,
  price: [{ wallet: "points", points: 1 }],
  gives: { kind: "product", sku: id },
  schedule,
});

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: NOW });
  const rewards = [reward("evening", { between: { from: "20:00", until: "22:00" } }), reward("cake", { birthday: "day" })];
  await loyalty.createProgram({ ...SHOP, tiers: [{ id: "bronze" }], rules: [], rewards });
});
afterAll(() => loyalty.close());

/** A member with 100 points. */
const member = (id: string) =>
  loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(`open-${id}`, { memberId: id, unitPrice: 10_000 }) });
const redeem = (memberId: string, id: string, rewardId: string) =>
  loyalty.request("POST", `/v1/members/${memberId}/redemptions`, { body: { id, reward: rewardId, channel: "online" } });
/** How a reward stands for a member. */
const standing = async (id: string, rewardId: string) => {
  const path = `/v1/members/${id}/rewards`;
  const { body } = await loyalty.expectStatus<{ data: { id: string; reasons: unknown[] }[] }>(200, "GET", path);
  return body.data.find((candidate) => candidate.id === rewardId);
};

describe("a reward with a schedule", () => {
  test("a reward is had at its hours only; at others nothing changes, and the next time is told", async () => {
    await member("kay");
    const next = "2026-03-01T20:00:00.000Z";
    const reason = { field: "between", next };

    expect(await redeem("kay", "r-k1", "evening")).toMatchObject({
      status: 409,
      body: { code: "reward_unavailable", details: { reward: "evening", reason: "not_scheduled", ...reason } },
    });

    expect(await pointsOf(loyalty, "kay")).toMatchObject({ available: 100 });
    const closed = { state: "not_scheduled", schedule: { isOpen: false, next } };
    expect(await standing("kay", "evening")).toMatchObject({
      ...closed,
      redeemable: false,
      reasons: [{ code: "not_scheduled", ...reason }],
    });
    expect((await loyalty.request("GET", "/v1/rewards/evening")).body).toMatchObject(closed);
    loyalty.clock.set(next);
    expect(await standing("kay", "evening")).toMatchObject({
      state: "available",
      redeemable: true,
      schedule: { isOpen: true, next: null },
    });
    expect(await redeem("kay", "r-k1", "evening")).toMatchObject({ status: 201, body: { redemption: { status: "fulfilled" } } });
  });

  test("a reward for the birthday looks at the birth date as it is when they redeem", async () => {
    await member("lea");
    const unknown = { code: "attribute_missing", path: "member.birthDate" };
    expect(await standing("lea", "cake")).toMatchObject({ reasons: [unknown] });
    expect(await redeem("lea", "r-l1", "cake")).toMatchObject({
      status: 409,
      body: { details: { reason: unknown.code, path: unknown.path } },
    });

    await loyalty.expectStatus(200, "PATCH", "/v1/members/lea", { body: { birthDate: "1990-12-24" } });
    expect(await standing("lea", "cake")).toMatchObject({ reasons: [{ code: "not_scheduled", field: "birthday", next: null }] });
    expect(await redeem("lea", "r-l1", "cake")).toMatchObject({
      status: 409,
      body: { details: { reward: "cake", reason: "not_scheduled", field: "birthday" } },
    });

    await loyalty.expectStatus(200, "PATCH", "/v1/members/lea", { body: { birthDate: "1990-03-01" } });
    expect(await redeem("lea", "r-l1", "cake")).toMatchObject({ status: 201 });
  });
});
