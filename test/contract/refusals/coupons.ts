import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";

const gives = [{ kind: "discount_amount", amount: 100 }];

/** What the program of problems.test.ts has to give. */
export const REFUSING_COUPON_KINDS = [
  { id: "sorry" },
  { id: "ended", until: "2026-01-01T00:00:00Z" },
  { id: "coded", gives },
  { id: "coded-ended", until: "2026-01-01T00:00:00Z", gives },
];

const coupon = (change = {}) => ({ coupon: "sorry", reason: "test", ...change });
const keyed = (key: string) => ({ headers: { "idempotency-key": key } });
const nobody = { values: { memberId: "nobody" } };
const code = (over: Record<string, unknown> = {}) => ({ code: "SPRING", coupon: "coded", maxUses: 1, ...over });

/** Well formed, and nobody's. */
const UNKNOWN = "2222222222222222";

/** Of a member who has named too many codes that nobody knows. */
export const GUESSING_CART = {
  memberId: "guesser",
  occurredAt: "2026-02-01T00:00:00Z",
  currency: "GBP",
  coupons: ["SPRING"],
  lines: [{ line: 1, sku: "a", quantity: 2, unitPrice: 1000 }],
};

/** Makes what the refusals need. */
export async function makeCoupons({ expectStatus }: TestService): Promise<void> {
  await expectStatus(201, "POST", "/v1/members/ada/coupons", { body: coupon(), ...keyed("coupon-1") });
  await expectStatus(201, "POST", "/v1/coupon-codes", { body: code() });
  await expectStatus(201, "POST", "/v1/members", { body: { id: "guesser", enrolledAt: "2026-01-01T00:00:00Z" } });
  const coupons = Array.from({ length: 10 }, (_, n) => `GUESS${n}`);
  await expectStatus(200, "POST", "/v1/quotes", { body: { ...GUESSING_CART, coupons } });
}

export const COUPON_REFUSALS: Refusals = {
  issueCoupon: {
    idempotency_key_required: () => ({ values: { memberId: "ada" }, body: coupon() }),
    member_not_found: () => ({ ...nobody, body: coupon(), request: keyed("coupon-x") }),
    member_not_active: () => ({ values: { memberId: "closed" }, body: coupon(), request: keyed("coupon-x") }),
    coupon_over: () => ({ values: { memberId: "ada" }, body: coupon({ coupon: "ended" }), request: keyed("coupon-x") }),
    idempotency_key_reused: () => ({ values: { memberId: "ada" }, body: coupon({ reason: "another" }), request: keyed("coupon-1") }),
  },
  listMemberCoupons: { member_not_found: () => nobody },
  createCouponCode: {
    coupon_over: () => ({ body: code({ code: "LATE", coupon: "coded-ended" }) }),
    id_reused: () => ({ body: code({ maxUses: 2 }) }),
  },
  revokeMemberCoupon: {
    member_not_found: () => ({ values: { memberId: "nobody", code: UNKNOWN }, body: { reason: "test" } }),
    coupon_not_found: () => ({ values: { memberId: "ada", code: UNKNOWN }, body: { reason: "test" } }),
  },
  releaseReservation: { member_not_found: () => ({ values: { memberId: "nobody" } }) },
  getCouponCode: { coupon_code_not_found: () => ({ values: { code: "NOBODY" } }) },
  revokeCouponCode: { coupon_code_not_found: () => ({ values: { code: "NOBODY" }, body: { reason: "test" } }) },
};
