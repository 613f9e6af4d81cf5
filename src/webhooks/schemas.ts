import { z } from "zod";
import { TypeName } from "../events/schemas.ts";
import { Page, pageOf } from "../http/page.ts";
import { Instant, SafeText, UtcInstant } from "../http/types.ts";
import { DELIVERY_STATUSES } from "./delivery-store.ts";

const URL_MAX = 2_048;
const TYPES_MAX = 100;
const OVERLAP_HOURS_MAX = 7 * 24;
const PREFIX = "hook_";
const EXAMPLE_ID = "hook_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10";

const WebhookId = z.templateLiteral([PREFIX, z.uuid()]).meta({ description: "Id of a webhook, made by the service", example: EXAMPLE_ID });
export const publicWebhookId = (endpointId: string): z.infer<typeof WebhookId> => `${PREFIX}${endpointId}`;
export const internalWebhookId = (id: string): string => id.slice(PREFIX.length);

export const WebhookParams = z.strictObject({ webhookId: WebhookId });

const isPlainUrl = (text: string) => {
  const url = URL.parse(text);
  return (
    url !== null && (url.protocol === "https:" || url.protocol === "http:") && url.username === "" && url.password === "" && url.hash === ""
  );
};
const Url = SafeText(URL_MAX)
  .refine(isPlainUrl, "a URL with https, without a user, a password or a fragment")
  .meta({ description: "Where events are posted to", example: "https://shop.example/loyalty-events" });
const Types = z
  .array(TypeName)
  .min(1)
  .max(TYPES_MAX)
  .nullable()
  .meta({ description: "Which events it gets; null is all", example: ["points.accrued", "tier.upgraded"] });
const Description = SafeText(200).or(z.literal("")).meta({ description: "What it is for", example: "the shop" });
const Enabled = z.boolean().meta({ description: "Whether events are delivered; what happens meanwhile is delivered later", example: true });

export const CreateWebhookBody = z
  .strictObject({ url: Url, types: Types.default(null), description: Description.default(""), enabled: Enabled.default(true) })
  .meta({
    id: "CreateWebhook",
    description: "A webhook to make",
    example: { url: "https://shop.example/loyalty-events", types: ["tier.upgraded"] },
  });

export const UpdateWebhookBody = z
  .strictObject({ url: Url.optional(), types: Types.optional(), description: Description.optional(), enabled: Enabled.optional() })
  .meta({ id: "UpdateWebhook", description: "What to change of a webhook", example: { enabled: true } });

const webhook = {
  id: WebhookId,
  url: z.string(),
  types: z.array(z.string()).nullable(),
  description: z.string(),
  enabled: z.boolean(),
  disabledReason: z.string().nullable().meta({ description: "Why the engine has stopped; null where it has not" }),
  position: z.int().nonnegative().meta({ description: "Events up to here have arrived or are tried again", example: 1042 }),
  failures: z.int().nonnegative().meta({ description: "Attempts in a row in which nothing arrived", example: 0 }),
  createdAt: UtcInstant,
};
const EXAMPLE_WEBHOOK = {
  id: EXAMPLE_ID,
  url: "https://shop.example/loyalty-events",
  types: ["tier.upgraded"],
  description: "the shop",
  enabled: true,
  disabledReason: null,
  position: 1042,
  failures: 0,
  createdAt: "2026-03-01T12:00:00.000Z",
};
export const WebhookSchema = z.strictObject(webhook).meta({ id: "Webhook", description: "Where events go", example: EXAMPLE_WEBHOOK });
export const WebhookPage = pageOf(WebhookSchema, "WebhookPage");

const Secret = z.string().meta({ description: "Signs the messages. It is shown this once", example: "whsec_…" });
export const CreatedWebhook = z
  .strictObject({ ...webhook, secret: Secret })
  .meta({ id: "CreatedWebhook", description: "A new webhook", example: { ...EXAMPLE_WEBHOOK, secret: "whsec_…" } });

export const RotateSecretBody = z
  .strictObject({
    overlapHours: z
      .int()
      .min(0)
      .max(OVERLAP_HOURS_MAX)
      .default(24)
      .meta({ description: "Hours for which the former secret signs too", example: 24 }),
  })
  .meta({ id: "RotateWebhookSecret", description: "How to change the secret", example: { overlapHours: 24 } });
export const RotatedSecret = z.strictObject({ secret: Secret, formerSignsUntil: UtcInstant }).meta({
  id: "RotatedWebhookSecret",
  description: "A new secret",
  example: { secret: "whsec_…", formerSignsUntil: "2026-03-02T12:00:00.000Z" },
});

export const TestedWebhook = z
  .strictObject({
    messageId: z.string().meta({ description: "The `webhook-id` that was sent" }),
    status: z.int().nullable().meta({ description: "Of the receiver's answer; null without one", example: 204 }),
    error: z.string().nullable().meta({ description: "Why there is no answer", example: "timeout" }),
    excerpt: z.string().meta({ description: "The first 256 characters of the answer" }),
    milliseconds: z.int().nonnegative(),
  })
  .meta({
    id: "TestedWebhook",
    description: "What a receiver said to a test message",
    example: { messageId: "test_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10", status: 204, error: null, excerpt: "", milliseconds: 41 },
  });

export const ReplayBody = z
  .union([z.strictObject({ after: z.int().nonnegative() }), z.strictObject({ since: Instant })])
  .meta({ id: "ReplayWebhook", description: "Where to go back to: behind a position, or to a time", example: { after: 1000 } });

export const DeliveryParams = z.strictObject({
  webhookId: WebhookId,
  position: z
    .string()
    .regex(/^\d{1,15}$/, "a position in the feed")
    .meta({ description: "Of the event in the feed", example: "1042" }),
});
export const DeliveriesQuery = Page.extend({
  status: z.enum(DELIVERY_STATUSES).optional().meta({ description: "Only these", example: "failed" }),
});
export const DeliverySchema = z
  .strictObject({
    position: z.int().positive().meta({ description: "Of the event in the feed", example: 1042 }),
    status: z.enum(DELIVERY_STATUSES).meta({ description: "pending: it is tried again; failed: it was given up", example: "failed" }),
    attempts: z.int().nonnegative(),
    nextAttemptAt: UtcInstant.nullable(),
    lastStatus: z.int().nullable().meta({ description: "Of the last answer; null without one" }),
    lastError: z.string().nullable(),
    updatedAt: UtcInstant,
  })
  .meta({
    id: "WebhookDelivery",
    description: "An event that did not arrive at the first attempt",
    example: {
      position: 1042,
      status: "failed",
      attempts: 10,
      nextAttemptAt: null,
      lastStatus: 500,
      lastError: null,
      updatedAt: "2026-03-04T12:00:00.000Z",
    },
  });
export const DeliveryPage = pageOf(DeliverySchema, "WebhookDeliveryPage");
