import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";

const batch = (over: Record<string, unknown> = {}) => ({ id: "generated", coupon: "coded", codes: 1, maxUses: 1, ...over });
const nobody = { values: { batchId: "nobody" } };

/** Makes what the refusals need, of the coupons for codes. */
export async function makeBatches({ expectStatus }: TestService): Promise<void> {
  await expectStatus(201, "POST", "/v1/coupon-batches", { body: batch() });
  await expectStatus(201, "POST", "/v1/coupon-batches", { body: batch({ id: "large", codes: 10_000 }) });
}

export const COUPON_BATCH_REFUSALS: Refusals = {
  createCouponBatch: {
    coupon_over: () => ({ body: batch({ id: "late", coupon: "coded-ended" }) }),
    id_reused: () => ({ body: batch({ codes: 2 }) }),
  },
  getCouponBatch: { coupon_batch_not_found: () => nobody },
  revokeCouponBatch: { coupon_batch_not_found: () => ({ ...nobody, body: { reason: "test" } }) },
  exportCouponBatch: {
    coupon_batch_not_found: () => nobody,
    coupon_batch_unfinished: () => ({ values: { batchId: "large" } }),
  },
  importCouponCodes: {
    coupon_batch_not_found: () => ({ ...nobody, request: { body: "A1B2", headers: { "content-type": "text/csv" } } }),
    coupon_batch_closed: () => ({
      values: { batchId: "generated" },
      request: { body: "A1B2", headers: { "content-type": "text/csv" } },
    }),
  },
};
