import { z } from "zod";

const webhookId = z.string().meta({ description: "Id of the webhook", example: "hook_0198c5f2-7d1e-7c3a-9a51-3f0d8c2b6e10" });
const named = z.strictObject({ webhookId });

export const WEBHOOK_EVENTS = {
  "webhook.created": named.meta({ description: "A webhook was made" }),
  "webhook.updated": named.meta({ description: "A webhook was changed, or goes back in the feed" }),
  "webhook.secret_rotated": named.meta({ description: "A webhook has a new secret" }),
  "webhook.deleted": named.meta({ description: "A webhook was deleted" }),
  "webhook.disabled": z
    .strictObject({ webhookId, reason: z.string() })
    .meta({ description: "The engine has stopped delivering to a webhook, whose receiver wants no more" }),
};
