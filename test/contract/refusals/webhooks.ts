import type { TestService } from "../../support/service.ts";
import type { Refusals } from "./asked.ts";

const unknown = { webhookId: "hook_00000000-0000-7000-8000-000000000000", position: "1" };
let webhookId: string;

export async function makeWebhook({ expectStatus }: TestService): Promise<void> {
  const made = await expectStatus<{ id: string }>(201, "POST", "/v1/webhooks", { body: { url: "https://shop.example/", enabled: false } });
  webhookId = made.body.id;
}

const webhook_not_found = () => ({ values: unknown });

export const WEBHOOK_REFUSALS: Refusals = {
  getWebhook: { webhook_not_found },
  updateWebhook: { webhook_not_found: () => ({ values: unknown, body: { enabled: true } }) },
  deleteWebhook: { webhook_not_found },
  rotateWebhookSecret: { webhook_not_found: () => ({ values: unknown, body: {} }) },
  testWebhook: { webhook_not_found },
  listWebhookDeliveries: { webhook_not_found },
  replayWebhook: { webhook_not_found: () => ({ values: unknown, body: { after: 0 } }) },
  retryWebhookDelivery: { webhook_not_found, webhook_delivery_not_found: () => ({ values: { webhookId, position: "1" } }) },
};
