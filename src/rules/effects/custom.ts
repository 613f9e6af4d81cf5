import { z } from "zod";
import type { Json } from "../decision.ts";
import { defineEffect } from "./action.ts";
import { EffectName } from "./shared.ts";

const PAYLOAD_MAX = 4096;

function isJson(value: unknown): value is Json {
  if (value === null || typeof value === "boolean" || typeof value === "string") return true;
  if (typeof value === "number") return Number.isFinite(value);
  if (Array.isArray(value)) return value.every(isJson);
  return typeof value === "object" && Object.values(value).every(isJson);
}

/** Its schema says no more than that it is JSON: types that clients generate from a recursive one do not compile. */
export const JsonValue: z.ZodType<Json> = z.any().refine(isJson, "JSON").meta({ id: "JsonValue", description: "Any JSON" });

/** Whatever the storefront understands, handed on with the order as it stands here. */
export const custom = defineEffect({
  params: z
    .strictObject({
      kind: z.literal("custom"),
      name: EffectName,
      payload: z
        .record(z.string(), JsonValue)
        .refine((payload) => JSON.stringify(payload).length <= PAYLOAD_MAX, `at most ${PAYLOAD_MAX} characters as JSON`)
        .default({})
        .meta({ description: "Any JSON object, handed on as it is" }),
    })
    .meta({ id: "Custom", description: "Hands the storefront a name and a payload" }),
  action: ({ kind, name, payload }) => ({ touches: "storefront", kind, name, gives: { kind, name, payload } }),
});
