import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";
import { expectSoundLedger } from "../support/verification.ts";

let loyalty: TestService;
beforeAll(async () => {
  loyalty = await startTestService({ now: "2026-03-01T12:00:00Z" });
  await loyalty.createProgram(SHOP, {
    wallets: [{ id: "points", expiry: "P12M", rounding: "half_up" }],
    rules: [
      { id: "double", pointsTerms: { expiry: "P30D" }, effects: [{ kind: "points_multiplier", multiplier: 2 }] },
      {
        id: "shoes",
        lines: 'line.sku == "shoes"',
        pointsTerms: { pending: "completed+P14D", expiry: "P2M" },
        effects: [{ kind: "points_per_quantity", wallet: "points", points: 7 }],
      },
      { id: "thanks", effects: [{ kind: "bonus_points", wallet: "points", points: 3 }] },
    ],
  });
});
afterAll(() => loyalty.close());

type Lots = {
  data: {
    granted: number;
    remaining: number;
    clawedBack: number;
    expiresAt: string | null;
    provenance: { rules: string[]; lines: number[] };
  }[];
};
const lots = async (memberId: string) => {
  const { body } = await loyalty.expectStatus<Lots>(200, "GET", `/v1/members/${memberId}/lots?all=true`);
  return body.data.map(({ granted, remaining, clawedBack, expiresAt, provenance: { rules, lines } }) => {
    return { granted, remaining, clawedBack, expiresAt, rules, lines };
  });
};

const twoLines = (id: string, memberId: string) => ({
  ...orderBody(id, { memberId, occurredAt: "2026-03-01T12:00:00Z" }),
  lines: [
    { line: 1, sku: "shoes", quantity: 3, unitPrice: 5050 },
    { line: 2, sku: "hat", quantity: 1, unitPrice: 1000 },
  ],
});

test("points of a rule with terms of its own are a lot of their own, from the answer to the last return", async () => {
  const { body } = await loyalty.expectStatus(201, "POST", "/v1/orders", { body: twoLines("T1", "M1") });
  // 16150 × 1 ÷ 100 = 161.5, rounded half up by the wallet; the same again by the multiplier.
  expect(body).toMatchObject({
    points: [
      { amount: 162 + 3, status: "available", expiresAt: "2027-03-01T12:00:00.000Z", rules: ["thanks"] },
      { amount: 162, status: "available", expiresAt: "2026-03-31T11:00:00.000Z", rules: ["double"], rule: "double" },
      { amount: 21, status: "pending", expiresAt: null, rules: ["shoes"], rule: "shoes" },
    ],
  });
  expect(await lots("M1")).toEqual([
    { granted: 21, remaining: 21, clawedBack: 0, expiresAt: null, rules: ["shoes"], lines: [1] },
    { granted: 162, remaining: 162, clawedBack: 0, expiresAt: "2026-03-31T11:00:00.000Z", rules: ["double"], lines: [1, 2] },
    { granted: 165, remaining: 165, clawedBack: 0, expiresAt: "2027-03-01T12:00:00.000Z", rules: ["thanks"], lines: [1, 2] },
  ]);

  const returned = await loyalty.expectStatus(201, "POST", "/v1/orders/T1/returns", {
    body: { id: "R1", occurredAt: "2026-03-01T12:00:00Z", lines: [{ line: 1, quantity: 1 }] },
  });
  // Kept are 11100: 111 and of the bonus floor(3 × 11100 ÷ 16150) = 2; 111 again; two pairs.
  expect(returned.body).toMatchObject({ clawedBack: [{ wallet: "points", points: 165 - 113 + (162 - 111) + 7, debt: 0, writtenOff: 0 }] });
  expect((await lots("M1")).map(({ remaining, clawedBack }) => [remaining, clawedBack])).toEqual([
    [14, 7],
    [111, 51],
    [113, 52],
  ]);

  const completed = await loyalty.expectStatus(200, "POST", "/v1/orders/T1/complete", { body: { occurredAt: "2026-03-01T12:00:00Z" } });
  expect(completed.body).toMatchObject({
    points: [
      { rules: ["thanks"] },
      { rule: "double" },
      { rule: "shoes", availableAt: "2026-03-15T12:00:00.000Z", expiresAt: "2026-05-15T11:00:00.000Z" },
    ],
  });
  const read = await loyalty.expectStatus(200, "GET", "/v1/orders/T1");
  expect(read.body).toMatchObject({ points: [{ amount: 165 }, { amount: 162, rule: "double" }, { amount: 21, rule: "shoes" }] });
  await expectSoundLedger(loyalty);

  loyalty.clock.set("2026-05-20T12:00:00Z");
  await loyalty.runJobs();
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 113, pending: 0 });
  await loyalty.expectStatus(200, "POST", "/v1/orders/T1/cancel", { body: { occurredAt: "2026-05-20T12:00:00Z" } });
  expect(await pointsOf(loyalty, "M1")).toMatchObject({ available: 0, pending: 0, debt: 0 });
  await expectSoundLedger(loyalty);
});
