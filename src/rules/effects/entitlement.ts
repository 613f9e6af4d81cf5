import { z } from "zod";
import { defineEffect } from "./action.ts";
import { EffectName, EntitlementValue } from "./shared.ts";

/** Grants a privilege by name with this order, such as `gift_wrap: true`; the shop keeps the promise. */
export const entitlement = defineEffect({
  params: z
    .strictObject({ kind: z.literal("entitlement"), entitlement: EffectName, value: EntitlementValue.default(true) })
    .meta({ id: "Entitlement", description: "Tells the shop to grant a privilege with this order" }),
  action: ({ kind, entitlement: name, value }) => ({ touches: "storefront", kind, name, gives: { kind, entitlement: name, value } }),
});
