import { describe, expect, test } from "vitest";
import type { LoyaltyError } from "../../src/core/errors.ts";
import { parseProgram } from "../../src/programs/compile.ts";
import { RewardDefinition } from "../../src/programs/reward-definition.ts";
import { type RewardFacts, reasonsAgainst } from "../../src/rewards/reasons.ts";
import { limitsOf } from "../../src/rewards/reward-limits.ts";
import { programInput } from "../support/rules.ts";

const TIERS = ["basic", "silver", "gold"].map((id) => ({ id }));
const bag = (over: Record<string, unknown> = {}) => ({
  id: "bag",
  label: "Bag",
  price: [{ wallet: "points", points: 100 }],
  gives: { kind: "product", sku: "BAG" },
  ...over,
});

const { tiers, timeZone } = parseProgram(programInput({ tiers: TIERS }));
const COUPONS = [{ id: "five" }, { id: "spring", until: "2026-03-04T12:00:00+08:00" }];
/** 2026-03-04 is a Wednesday in Shanghai. */
const NOW = Date.parse("2026-03-04T12:00:00+08:00");

function reasons(over: Record<string, unknown>, facts: Partial<RewardFacts> & { counts?: Record<string, number> } = {}, quantity = 1) {
  const { counts = {}, ...rest } = facts;
  const all: RewardFacts = {
    now: NOW,
    status: "active",
    tier: "silver",
    segments: [],
    enrolledAt: new Date(NOW),
    available: () => 100,
    used: { used: ({ key }) => counts[key] ?? 0 },
    ...rest,
  };
  return reasonsAgainst(
    RewardDefinition.parse(bag(over)),
    { definition: { tiers, timeZone, coupons: COUPONS }, rewardSchedules: new Map() },
    all,
    quantity,
  );
}

describe("why a member cannot redeem a reward", () => {
  test("nothing, where all is well", () => {
    expect(reasons({ minTier: "silver", stock: [{ atMost: 1 }], limits: [{ atMost: 1 }] })).toEqual([]);
  });

  test("how many points are missing, in each wallet that lacks some", () => {
    const price = [
      { wallet: "points", points: 101 },
      { wallet: "coins", points: 40 },
    ];
    expect(reasons({ price })).toEqual([{ code: "insufficient_points", wallet: "points", missing: 1 }]);
    expect(reasons({ price }, {}, 3)).toEqual([
      { code: "insufficient_points", wallet: "points", missing: 203 },
      { code: "insufficient_points", wallet: "coins", missing: 20 },
    ]);
  });

  test("the tier that is needed, and whom it is not for", () => {
    expect(reasons({ minTier: "gold" })).toEqual([{ code: "tier_too_low", tier: "gold" }]);
    expect(reasons({ minTier: "silver" }, { tier: "gold" })).toEqual([]);
    expect(reasons({ audience: { segments: ["press"] } })).toEqual([{ code: "not_in_audience" }]);
    expect(reasons({ audience: { segments: ["press"] } }, { segments: ["press"] })).toEqual([]);
    expect(reasons({}, { status: "suspended" })).toEqual([{ code: "member_not_active", status: "suspended" }]);
  });

  test("from its first instant to the one before its end it can be redeemed", () => {
    const at = new Date(NOW).toISOString();
    expect(reasons({ from: at })).toEqual([]);
    expect(reasons({ from: at }, { now: NOW - 1 })).toEqual([{ code: "not_started", from: at }]);
    expect(reasons({ until: at }, { now: NOW - 1 })).toEqual([]);
    expect(reasons({ until: at })).toEqual([{ code: "ended", until: at }]);
  });

  test("what is left of a stock or a limit, and when it begins anew in the program's zone", () => {
    expect(reasons({ stock: [{ atMost: 3 }] }, { counts: { "reward:bag life stock": 3 } })).toEqual([
      { code: "out_of_stock", atMost: 3, left: 0, per: null, until: null },
    ]);
    expect(reasons({ stock: [{ atMost: 5 }] }, { counts: { "reward:bag life stock": 3 }, available: () => 300 }, 3)).toMatchObject([
      { left: 2 },
    ]);
    const used = (per: string) => ({ counts: { [`reward:bag ${per} pieces`]: 1 } });
    const until = (per: string) => reasons({ limits: [{ atMost: 1, per }] }, used(per)).map((reason) => "until" in reason && reason.until);
    expect(until("day")).toEqual(["2026-03-04T16:00:00.000Z"]);
    expect(until("week")).toEqual(["2026-03-08T16:00:00.000Z"]);
    expect(until("month")).toEqual(["2026-03-31T16:00:00.000Z"]);
    expect(until("year")).toEqual(["2026-12-31T16:00:00.000Z"]);
  });

  test("a higher tier is for members below it", () => {
    expect(reasons({ gives: { kind: "tier_upgrade" } })).toEqual([]);
    expect(reasons({ gives: { kind: "tier_upgrade" } }, { tier: "gold" })).toEqual([{ code: "top_reached" }]);
    expect(reasons({ gives: { kind: "tier_upgrade", to: "silver" } })).toEqual([{ code: "top_reached" }]);
  });
});

test("a coupon is to be had until all of its kind have ended, and as long as the program has it", () => {
  const gives = (coupon: string) => ({ gives: { kind: "coupon", coupon } });
  expect(reasons(gives("five"))).toEqual([]);
  expect(reasons(gives("spring"), { now: NOW - 1 })).toEqual([]);
  expect(reasons(gives("spring"))).toEqual([{ code: "coupon_over" }]);
  expect(reasons(gives("gone"))).toEqual([{ code: "coupon_over" }]);
});

test("a stock keeps its counter whatever its number, and another than the members' limits", () => {
  const keys = (over: Record<string, unknown>) =>
    limitsOf(RewardDefinition.parse(bag(over)), new Date(NOW), timeZone).map(({ counter }) => counter);
  expect(keys({ stock: [{ atMost: 3 }] })).toEqual(keys({ stock: [{ atMost: 300 }], label: "Another" }));
  expect(keys({ stock: [{ atMost: 3, per: "month" }], limits: [{ atMost: 3, per: "month" }] })).toEqual([
    { for: "program", key: "reward:bag month stock", period: "2026-03-01" },
    { for: "member", key: "reward:bag month pieces", period: "2026-03-01" },
  ]);
});

describe("a program is refused whose reward", () => {
  const problems = (...rewards: unknown[]): string[] => {
    try {
      parseProgram(programInput({ tiers: TIERS, wallets: [{ id: "points" }, { id: "growth", kind: "status" }], rewards }));
      return [];
    } catch (error) {
      return (error as LoyaltyError).errors.map(({ pointer, code }) => `${pointer} ${code}`);
    }
  };

  test.each([
    ["is there twice", [bag(), bag()], "/rewards/1/id repeated"],
    ["costs a wallet that there is not", [bag({ price: [{ wallet: "coins", points: 1 }] })], "/rewards/0/price/0/wallet unknown_wallet"],
    ["costs status points", [bag({ price: [{ wallet: "growth", points: 1 }] })], "/rewards/0/price/0/wallet status_wallet"],
    [
      "costs a wallet twice",
      [
        bag({
          price: [
            { wallet: "points", points: 1 },
            { wallet: "points", points: 2 },
          ],
        }),
      ],
      "/rewards/0/price/1/wallet repeated",
    ],
    ["asks for a tier that there is not", [bag({ minTier: "platinum" })], "/rewards/0/minTier unknown_tier"],
    ["leads to the first tier", [bag({ gives: { kind: "tier_upgrade", to: "basic" } })], "/rewards/0/gives/to leads_nowhere"],
    ["gives a coupon that there is not", [bag({ gives: { kind: "coupon", coupon: "five" } })], "/rewards/0/gives/coupon unknown_coupon"],
    ["has a limit twice", [bag({ stock: [{ atMost: 1 }, { atMost: 2 }] })], "/rewards/0/stock/1 repeated"],
    ["ends before it begins", [bag({ from: "2026-03-02T00:00:00Z", until: "2026-03-01T00:00:00Z" })], "/rewards/0/until until_before_from"],
  ])("%s", (_, rewards, expected) => {
    expect(problems(...rewards)).toEqual([expected]);
  });

  test("waits although it is fulfilled at once", () => {
    expect(problems(bag({ expiresAfter: "P1D" }))[0]).toContain("/rewards/0/expiresAfter");
  });
});
