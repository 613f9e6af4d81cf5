import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, SHOP } from "../support/shop.ts";

type Answer = { data: { memberId: string; balance: { memberId: string; wallets: { points: { available: number } } } | null }[] };

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ redis: true });
  await loyalty.createProgram(SHOP, { id: "rival" });
  await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: "theirs" } });
  await loyalty.createProgram(SHOP);
  for (const [memberId, unitPrice] of [
    ["ada", 1_000],
    ["ben", 2_000],
    ["old", 4_000],
  ] as const) {
    await loyalty.expectStatus(201, "POST", "/v1/members", { body: { id: memberId } });
    await loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(`of-${memberId}`, { memberId, unitPrice, quantity: 1 }) });
  }
  await loyalty.expectStatus(201, "POST", "/v1/merges", { body: { id: "one", from: "old", into: "ben", reason: "the same person" } });
});
afterAll(() => loyalty.close());

const read = (memberIds: string[], more = {}) =>
  loyalty.expectStatus<Answer>(200, "POST", "/v1/balances", { body: { memberIds, ...more } });

describe("POST /v1/balances", () => {
  test.each(["cached", "strong"])("answers %s balances in the order asked, null where nobody has the id", async (consistency) => {
    const { body } = await read(["ben", "nobody", "ada", "theirs", "old", "ada"], { consistency });

    const told = body.data.map(({ memberId, balance }) => [memberId, balance?.memberId, balance?.wallets.points.available]);
    expect(told).toEqual([
      ["ben", "ben", 60],
      ["nobody", undefined, undefined],
      ["ada", "ada", 10],
      ["theirs", undefined, undefined],
      ["old", "ben", 60],
      ["ada", "ada", 10],
    ]);
    const alone = await loyalty.expectStatus<object>(200, "GET", "/v1/members/ada/balance?consistency=strong");
    expect(body.data[2]?.balance).toEqual(alone.body);
  });

  test("answers 500 ids, and refuses more, none and what is no id", async () => {
    const ids = Array.from({ length: 500 }, (_, n) => (n % 2 === 0 ? "ada" : `nobody-${n}`));
    expect((await read(ids)).body.data.filter(({ balance }) => balance !== null)).toHaveLength(250);

    for (const memberIds of [[...ids, "one more"], [], ["ada", ""]]) {
      const { body } = await loyalty.expectStatus<{ code: string; errors: { pointer: string }[] }>(422, "POST", "/v1/balances", {
        body: { memberIds },
      });
      expect(body.errors[0]?.pointer).toMatch(/^\/memberIds/);
    }
  });
});
