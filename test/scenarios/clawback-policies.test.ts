import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestService, type TestService } from "../support/service.ts";
import { orderBody, pointsOf, SHOP } from "../support/shop.ts";

type Entry = { kind: string; from: string; to: string; points: number; source: { kind: string; id: string } };

/** Each entry as `kind from→to points`, oldest first. */
async function ledgerOf(loyalty: TestService): Promise<string[]> {
  const { body } = await loyalty.expectStatus<{ data: Entry[] }>(200, "GET", "/v1/members/M1/entries");
  return body.data.reverse().map(({ kind, from, to, points }) => `${kind} ${from}→${to} ${points}`);
}

/** 100 points are earned, 50 of them buy an upgrade, 30 are earned later; then the first 50 that are left expire. */
const BEFORE_THE_RETURN = [
  "accrual issued→available 100",
  "redemption available→redeemed 50",
  "accrual issued→available 30",
  "expiry available→breakage 50",
];

/** Of the 100, 50 have expired and are not taken again; the other 50 were spent. What the wallet's policy does of them, and what 40 points later become. */
const POLICIES = [
  {
    wallet: { clawback: "debt" },
    clawedBack: { points: 50, debt: 20, writtenOff: 0 },
    after: [
      "clawback available→reversed 30",
      "debt_incurred debt→reversed 20",
      "accrual issued→available 40",
      "debt_repayment available→debt 20",
    ],
    left: { available: 20, debt: 0 },
  },
  {
    wallet: { clawback: "debt", debtLimit: 15 },
    clawedBack: { points: 45, debt: 15, writtenOff: 5 },
    after: [
      "clawback available→reversed 30",
      "debt_incurred debt→reversed 15",
      "accrual issued→available 40",
      "debt_repayment available→debt 15",
    ],
    left: { available: 25, debt: 0 },
  },
  {
    wallet: { clawback: "within_balance" },
    clawedBack: { points: 30, debt: 0, writtenOff: 20 },
    after: ["clawback available→reversed 30", "accrual issued→available 40"],
    left: { available: 40, debt: 0 },
  },
  {
    wallet: { clawback: "only_pending" },
    clawedBack: { points: 0, debt: 0, writtenOff: 50 },
    after: ["accrual issued→available 40"],
    left: { available: 70, debt: 0 },
  },
];

describe("a lot that is half spent, then expires, and then its order is returned", () => {
  let loyalty: TestService;
  beforeAll(async () => {
    loyalty = await startTestService();
  });
  afterAll(() => loyalty.close());

  test.each(POLICIES.map((policy) => ({ ...policy, name: JSON.stringify(policy.wallet) })))(
    "$name",
    async ({ wallet, clawedBack, after, left }) => {
      loyalty.clock.set("2026-03-01T00:00:00Z");
      await loyalty.createProgram({
        ...SHOP,
        id: `shop-${wallet.clawback.replace("_", "-")}${wallet.debtLimit ?? ""}`,
        wallets: [{ id: "points", expiry: "P60D", ...wallet }],
        tiers: [{ id: "bronze" }, { id: "silver" }],
        upgrades: [{ id: "one", price: { wallet: "points", points: 50 } }],
      });
      const order = (id: string, occurredAt: string, unitPrice: number) =>
        loyalty.expectStatus(201, "POST", "/v1/orders", { body: orderBody(id, { occurredAt, unitPrice }) });
      await order("first", "2026-02-01T12:00:00Z", 10_000);
      await loyalty.expectStatus(201, "POST", "/v1/members/M1/tier/upgrades", { body: { id: "up", upgrade: "one" } });
      loyalty.clock.set("2026-03-20T00:00:00Z");
      await order("second", "2026-03-20T00:00:00Z", 3_000);
      loyalty.clock.set("2026-04-10T00:00:00Z");

      const body = { id: "back", occurredAt: "2026-04-10T00:00:00Z", lines: [{ line: 1, quantity: 1 }] };
      const returned = await loyalty.expectStatus(201, "POST", "/v1/orders/first/returns", { body });
      await order("third", "2026-04-10T00:00:00Z", 4_000);

      expect(returned.body).toMatchObject({ clawedBack: [{ wallet: "points", ...clawedBack }] });
      expect(await ledgerOf(loyalty)).toEqual([...BEFORE_THE_RETURN, ...after]);
      expect(await pointsOf(loyalty, "M1")).toMatchObject({ ...left, redeemedTotal: 50 });
      const verified = await loyalty.expectStatus(200, "GET", "/v1/verification");
      expect(verified.body).toMatchObject({ differenceCount: 0, differences: [] });
    },
  );
});
