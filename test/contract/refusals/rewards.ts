import type { TestService } from "../../support/service.ts";
import { orderBody } from "../../support/shop.ts";
import type { Refusals } from "./asked.ts";

const reward = (id: string, points: number, over: Record<string, unknown> = {}) => ({
  id,
  label: id,
  price: [{ wallet: "points", points }],
  gives: { kind: "product", sku: id },
  fulfilment: "confirm",
  storeCodeMinutes: 1440,
  ...over,
});
/** What the program of problems.test.ts offers. */
export const REFUSING_REWARDS = [
  reward("cheap", 1),
  reward("dear", 1000),
  reward("over", 1, { until: "2026-01-01T00:00:00Z" }),
  reward("final", 1, { cancellation: "refused" }),
  reward("coupon", 1, { gives: { kind: "coupon", coupon: "refusing" }, fulfilment: "at_once" }),
  reward("tier", 1, { gives: { kind: "tier_upgrade" } }),
];
/** What these rewards give, for the same program. */
export const REFUSING_COUPONS = [{ id: "refusing", gives: [{ kind: "discount_amount", amount: 1 }] }];

const redemption = (id: string, over: Record<string, unknown> = {}) => ({ id, reward: "cheap", channel: "online", ...over });
const nobody = { values: { memberId: "nobody" } };
const UNKNOWN_CODE = { code: "2222-2222-2222" };

const codes: Record<string, string | null> = {};
let guesser = "";

/** Redeems a coupon and uses it in an order. */
async function useCoupon({ expectStatus }: TestService): Promise<void> {
  type Redeemed = { redemption: { given: { coupons: { code: string; validFrom: string }[] } } };
  const body = redemption("red-coupon", { reward: "coupon" });
  const { redemption: redeemed } = (await expectStatus<Redeemed>(201, "POST", "/v1/members/payer/redemptions", { body })).body;
  const coupons = redeemed.given.coupons.map(({ code }) => code);
  const occurredAt = redeemed.given.coupons[0]?.validFrom ?? "";
  await expectStatus(201, "POST", "/v1/orders", { body: { ...orderBody("red-order", { memberId: "payer", occurredAt }), coupons } });
}

/** Makes what the refusals need, of a member of their own. */
export async function makeRedemptions(api: TestService): Promise<void> {
  const { request, expectStatus } = api;
  await expectStatus(201, "POST", "/v1/members", { body: { id: "payer", enrolledAt: "2026-01-01T00:00:00Z" } });
  const lots = [{ wallet: "points", points: 100 }];
  const opening = { type: "openingBalance", id: "payer", memberId: "payer", occurredAt: "2026-02-01T00:00:00Z", lots };
  const headers = { "content-type": "application/x-ndjson" };
  await expectStatus(200, "POST", "/v1/import", { body: `${JSON.stringify(opening)}\n`, headers });

  const redeem = async (id: string, over: Record<string, unknown> = {}) => {
    const path = "/v1/members/payer/redemptions";
    codes[id] = (await expectStatus<{ code: string | null }>(201, "POST", path, { body: redemption(id, over) })).body.code;
  };
  for (const id of ["red-open", "red-cancelled"]) await redeem(id);
  for (const id of ["red-used", "red-ended", "red-store"]) await redeem(id, { channel: "store" });
  await redeem("red-final", { reward: "final" });
  for (const id of ["red-tier-1", "red-tier-2"]) await redeem(id, { reward: "tier" });
  await redeem("red-tier-3", { reward: "tier", channel: "store" });
  await useCoupon(api);
  for (const id of ["red-cancelled", "red-ended"])
    await expectStatus(200, "POST", `/v1/redemptions/${id}/cancel`, { body: { reason: "test" } });
  await expectStatus(200, "POST", "/v1/redemptions/red-tier-1/fulfil");
  const keyed = { "idempotency-key": "till-1" };
  await expectStatus(200, "POST", "/v1/redemptions/confirm", { body: { code: codes["red-used"] }, headers: keyed });

  const made = await expectStatus<{ key: string }>(201, "POST", "/v1/keys", { body: { name: "guesser", scopes: ["rewards:confirm"] } });
  guesser = made.body.key;
  for (let n = 0; n < 10; n += 1) await request("POST", "/v1/redemptions/confirm", { body: UNKNOWN_CODE, key: guesser });
}

export const REWARD_REFUSALS: Refusals = {
  redeemReward: {
    member_not_found: () => ({ ...nobody, body: redemption("red-x") }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: redemption("red-x") }),
    id_reused: () => ({ values: { memberId: "payer" }, body: redemption("red-open", { quantity: 2 }) }),
    reward_unavailable: () => ({ values: { memberId: "payer" }, body: redemption("red-x", { reward: "over" }) }),
    insufficient_points: () => ({ values: { memberId: "bob" }, body: redemption("red-x", { reward: "dear" }) }),
  },
  fulfilRedemption: {
    redemption_not_found: () => ({}),
    redemption_not_open: () => ({ values: { redemptionId: "red-cancelled" } }),
    reward_unavailable: () => ({ values: { redemptionId: "red-tier-2" } }),
  },
  cancelRedemption: {
    redemption_not_found: () => ({ body: { reason: "test" } }),
    id_reused: () => ({ values: { redemptionId: "red-cancelled" }, body: { reason: "another" } }),
    redemption_not_open: () => ({ values: { redemptionId: "red-tier-1" }, body: { reason: "test" } }),
    coupon_already_used: () => ({ values: { redemptionId: "red-coupon" }, body: { reason: "test" } }),
    redemption_not_cancellable: () => ({ values: { redemptionId: "red-final" }, body: { reason: "test" } }),
  },
  confirmRedemption: {
    code_unknown: () => ({ body: UNKNOWN_CODE }),
    code_used: () => ({ body: { code: codes["red-used"] } }),
    code_expired: () => ({ body: { code: codes["red-ended"] } }),
    reward_unavailable: () => ({ body: { code: codes["red-tier-3"] } }),
    idempotency_key_reused: () => ({ body: { code: codes["red-store"] }, request: { headers: { "idempotency-key": "till-1" } } }),
    rate_limited: () => ({ body: UNKNOWN_CODE, request: { key: guesser } }),
  },
  getRedemption: { redemption_not_found: () => ({}) },
  listMemberRedemptions: { member_not_found: () => nobody },
  listEntitlements: { member_not_found: () => nobody },
  getReward: { reward_not_found: () => ({}) },
  listMemberRewards: { member_not_found: () => nobody },
};
