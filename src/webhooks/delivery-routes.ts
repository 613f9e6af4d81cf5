import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { v7 as uuidv7 } from "uuid";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { inProgram } from "../db/transaction.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, pageFrom } from "../http/page.ts";
import { type ChangeDeps, replayFrom } from "./change-endpoint.ts";
import { listDeliveries, retryDelivery } from "./delivery-store.ts";
import { findEndpoint } from "./endpoint-store.ts";
import {
  DeliveriesQuery,
  DeliveryPage,
  DeliveryParams,
  DeliverySchema,
  internalWebhookId,
  ReplayBody,
  TestedWebhook,
  WebhookParams,
  WebhookSchema,
} from "./schemas.ts";
import type { SendMessage } from "./send-message.ts";
import { deliveryView, webhookView } from "./views.ts";

export type DeliveryRoutesOptions = { changes: ChangeDeps; sendMessage: SendMessage; clock: Clock };

export const webhookDeliveryRoutes: FastifyPluginAsyncZodOpenApi<DeliveryRoutesOptions> = async (app, { changes, sendMessage, clock }) => {
  const { pool } = changes;
  app.post(
    "/v1/webhooks/:webhookId/test",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "testWebhook",
        tag: "feed",
        summary: "Send a test message",
        description:
          "One signed message of the type `webhook.test`, at once, also where the webhook is not enabled. It is no event and is not sent again.",
        params: WebhookParams,
        response: { 200: TestedWebhook },
        problems: ["webhook_not_found"],
      }),
    },
    async (request) => {
      const { programId } = request.program;
      const endpointId = internalWebhookId(request.params.webhookId);
      const endpoint = await inProgram(pool, programId, (tx) => findEndpoint(tx, programId, endpointId));
      const id = `test_${uuidv7()}`;
      const begun = performance.now();
      const body = JSON.stringify({ id, type: "webhook.test", version: 1, occurredAt: clock().toISOString(), data: {} });
      const { status, error, excerpt } = await sendMessage(endpoint, { id, body });
      return { messageId: id, status, error, excerpt, milliseconds: Math.round(performance.now() - begun) };
    },
  );

  app.get(
    "/v1/webhooks/:webhookId/deliveries",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "listWebhookDeliveries",
        tag: "feed",
        summary: "Events that did not arrive at once",
        description:
          "Newest first. An event that arrived at the first attempt leaves nothing here. `failed` are given up until they are retried.",
        params: WebhookParams,
        querystring: DeliveriesQuery,
        response: { 200: DeliveryPage },
        problems: ["webhook_not_found"],
      }),
    },
    async (request) => {
      const { limit, cursor, status } = request.query;
      const { programId } = request.program;
      const endpointId = internalWebhookId(request.params.webhookId);
      const before = decodeCursor(z.int(), cursor);
      const rows = await inProgram(pool, programId, async (tx) => {
        await findEndpoint(tx, programId, endpointId);
        return listDeliveries(tx, { programId, endpointId }, { status, before, limit: limit + 1 });
      });
      return pageFrom(rows, limit, deliveryView, ({ position }) => position);
    },
  );

  app.post(
    "/v1/webhooks/:webhookId/deliveries/:position/retry",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "retryWebhookDelivery",
        tag: "feed",
        summary: "Try an event again",
        description: "At once, and if need be on the whole schedule again.",
        params: DeliveryParams,
        response: { 200: DeliverySchema },
        problems: ["webhook_not_found", "webhook_delivery_not_found"],
      }),
    },
    async (request) => {
      const { programId } = request.program;
      const endpointId = internalWebhookId(request.params.webhookId);
      const position = Number(request.params.position);
      return inProgram(pool, programId, async (tx) => {
        await findEndpoint(tx, programId, endpointId);
        return deliveryView(await retryDelivery(tx, { programId, endpointId }, { position, now: clock() }));
      });
    },
  );

  app.post(
    "/v1/webhooks/:webhookId/replay",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "replayWebhook",
        tag: "feed",
        summary: "Deliver events once more",
        description: "Goes back to a position or a time; what comes behind is delivered again, with the same ids.",
        params: WebhookParams,
        body: ReplayBody,
        response: { 200: WebhookSchema },
        problems: ["webhook_not_found"],
      }),
    },
    async (request) => {
      const { body } = request;
      const asked = {
        endpointId: internalWebhookId(request.params.webhookId),
        from: "after" in body ? body : { since: new Date(body.since) },
      };
      return webhookView(await replayFrom(changes, request.program.programId, asked, clock()));
    },
  );
};
