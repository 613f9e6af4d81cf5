import type { z } from "zod";
import type { Delivery } from "./delivery-store.ts";
import type { Endpoint } from "./endpoint-store.ts";
import { type DeliverySchema, publicWebhookId, type WebhookSchema } from "./schemas.ts";

export const webhookView = (endpoint: Endpoint): z.input<typeof WebhookSchema> => ({
  id: publicWebhookId(endpoint.endpointId),
  url: endpoint.url,
  types: endpoint.types,
  description: endpoint.description,
  enabled: endpoint.isEnabled,
  disabledReason: endpoint.disabledReason,
  position: endpoint.position,
  failures: endpoint.failures,
  createdAt: endpoint.createdAt.toISOString(),
});

export const deliveryView = ({ nextAt, updatedAt, ...delivery }: Delivery): z.input<typeof DeliverySchema> => ({
  ...delivery,
  nextAttemptAt: nextAt?.toISOString() ?? null,
  updatedAt: updatedAt.toISOString(),
});
