import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";

const gives = [{ kind: "discount_amount", amount: 100 }];

/** What codes of problems.test.ts stand for. */
export const CODED_COUPONS = [
  { id: "coded", gives },
  { id: "coded-ended", until: "2026-01-01T00:00:00Z", gives },
];

const code = (over: Record<string, unknown> = {}) => ({ code: "SPRING", coupon: "coded", maxUses: 1, ...over });

/** Makes what the refusals need. */
export async function makeCodes({ expectStatus }: TestService): Promise<void> {
  await expectStatus(201, "POST", "/v1/coupon-codes", { body: code() });
}

export const COUPON_CODE_REFUSALS: Refusals = {
  createCouponCode: {
    coupon_over: () => ({ body: code({ code: "LATE", coupon: "coded-ended" }) }),
    id_reused: () => ({ body: code({ maxUses: 2 }) }),
  },
  getCouponCode: { coupon_code_not_found: () => ({ values: { code: "NOBODY" } }) },
  revokeCouponCode: { coupon_code_not_found: () => ({ values: { code: "NOBODY" }, body: { reason: "test" } }) },
};
