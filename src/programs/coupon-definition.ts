import { z } from "zod";
import { Label, Slug } from "../rules/effects/shared.ts";
import { Duration } from "./wallet-definition.ts";

export const COUPONS_MAX = 500;

/** A coupon that members can be given: how it is called, and when one is valid. */
export const CouponDefinition = z
  .strictObject({
    id: Slug.meta({ description: "Names the coupon; rules and requests name it", example: "sorry-5-yuan" }),
    label: Label.optional(),
    from: z.iso
      .datetime({ offset: true })
      .optional()
      .meta({ description: "First instant at which one is valid; absent: from its issue on" }),
    until: z.iso.datetime({ offset: true }).optional().meta({ description: "First instant at which none is valid any more" }),
    validFor: Duration.optional().meta({
      description: "How long one is valid, from its issue or, where that is later, from `from`; never past `until`",
      example: "P7D",
    }),
  })
  .meta({ id: "CouponDefinition", description: "A coupon that members can be given, each with a code of its own" });

export type CouponDefinition = z.infer<typeof CouponDefinition>;
