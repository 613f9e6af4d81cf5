/** Has something of everything that requests name. */
export const HUNTED_PROGRAM = {
  id: "hunted",
  name: "Hunted",
  currency: "GBP",
  timeZone: "Europe/London",
  test: true,
  autoEnroll: true,
  wallets: [{ id: "points", transfers: {} }],
  pools: {},
  earning: [{ wallet: "points", points: 1, perAmount: 100 }],
  tiers: [{ id: "bronze" }, { id: "silver", qualification: { any: [{ metric: "spend", window: "365d", atLeast: 10_000 }] } }],
  events: [{ type: "review" }],
  coupons: [{ id: "five-off", gives: [{ kind: "discount_amount", amount: 500 }] }],
  rules: [{ id: "reviews", on: "review", effects: [{ kind: "bonus_points", wallet: "points", points: 5 }] }],
  rewards: [{ id: "tote", label: "Tote bag", price: [{ wallet: "points", points: 1 }], gives: { kind: "product", sku: "TOTE" } }],
};

type SetUp = { path: string; body: Record<string, unknown> };

/** Members, orders and the like that generated requests may be about; each is named by one of the numbers. */
export const setUpOf = (numbers: readonly number[]): SetUp[] =>
  numbers.flatMap((n) => {
    const [memberId, id] = [`m-${n}`, `x-${n}`];
    const at = { memberId, occurredAt: "2026-01-05T12:00:00Z" };
    const lines = [{ line: 1, sku: "A", quantity: 2, unitPrice: 2_000 }];
    return [
      { path: "/v1/members", body: { id: memberId } },
      { path: `/v1/members/${memberId}/adjustments`, body: { id, points: 1_000, reason: "to spend" } },
      { path: "/v1/orders", body: { id, ...at, currency: "GBP", lines } },
      { path: "/v1/events", body: { id, ...at, type: "review" } },
      { path: `/v1/members/${memberId}/holds`, body: { id, points: 5 } },
      { path: `/v1/members/${memberId}/redemptions`, body: { id, reward: "tote", channel: "online" } },
      { path: "/v1/transfers", body: { id, from: memberId, to: "m-1", points: 1 } },
      { path: "/v1/coupon-codes", body: { code: id, coupon: "five-off", maxUses: 5 } },
    ];
  });
