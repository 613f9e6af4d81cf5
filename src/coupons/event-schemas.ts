import { z } from "zod";
import { CallerId, UtcInstant } from "../http/types.ts";

const ofCoupon = {
  coupon: z.string().meta({ description: "Id of the definition" }),
  code: z.string().meta({ description: "What a cart names" }),
};
const ending = { ...ofCoupon, validUntil: UtcInstant };

export const COUPON_EVENTS = {
  "coupon.granted": z
    .strictObject({
      ...ofCoupon,
      code: ofCoupon.code.optional().meta({ description: "What a cart names; none where the program does not define the coupon" }),
      validFrom: UtcInstant.optional(),
      validUntil: UtcInstant.nullable().optional(),
      rule: z.string().optional(),
      orderId: CallerId.optional(),
      eventId: CallerId.optional(),
      redemptionId: CallerId.optional(),
      bulkGrantId: CallerId.optional(),
    })
    .meta({ description: "A member was given a coupon" }),
  "coupon.redeemed": z.strictObject({ ...ofCoupon, orderId: CallerId }).meta({ description: "An order has used a coupon" }),
  "coupon.released": z.strictObject({ ...ofCoupon, orderId: CallerId }).meta({ description: "The coupon of an order can be used again" }),
  "coupon.revoked": z
    .strictObject({
      ...ofCoupon,
      cause: z.string().optional(),
      reason: z.string().optional(),
      actor: z.string().optional(),
      redemptionId: CallerId.optional(),
    })
    .meta({ description: "A coupon was taken back, by hand or with the redemption that gave it" }),
  "coupon.expired": z.strictObject(ending).meta({ description: "A coupon ended without having been used" }),
  "coupon.will_expire": z
    .strictObject({ ...ending, notice: z.string().meta({ description: "How long ahead" }) })
    .meta({ description: "A coupon will end" }),
};

const reason = z.string();

/** Of the program: codes that are not bound to a member. */
export const COUPON_CODE_EVENTS = {
  "coupon_code.created": z.strictObject(ofCoupon).meta({ description: "A code that everybody may use was made" }),
  "coupon_code.revoked": z
    .strictObject({ code: ofCoupon.code, reason })
    .meta({ description: "A code that everybody may use is refused from now on" }),
  "coupon_batch.created": z.strictObject({ batchId: CallerId, coupon: ofCoupon.coupon }).meta({ description: "A batch of codes was made" }),
  "coupon_batch.revoked": z
    .strictObject({ batchId: CallerId, reason })
    .meta({ description: "The codes of a batch are refused from now on" }),
};
