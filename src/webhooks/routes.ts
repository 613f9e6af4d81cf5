import type { FastifyPluginAsyncZodOpenApi } from "fastify-zod-openapi";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { inProgram } from "../db/transaction.ts";
import { operation } from "../http/operation.ts";
import { decodeCursor, Page, pageFrom } from "../http/page.ts";
import { type ChangeDeps, changeEndpoint, createEndpoint, dropEndpoint, rotateSecret } from "./change-endpoint.ts";
import { findEndpoint, listEndpoints } from "./endpoint-store.ts";
import {
  CreatedWebhook,
  CreateWebhookBody,
  internalWebhookId,
  RotatedSecret,
  RotateSecretBody,
  UpdateWebhookBody,
  WebhookPage,
  WebhookParams,
  WebhookSchema,
} from "./schemas.ts";
import { webhookView } from "./views.ts";

export type WebhookRoutesOptions = { changes: ChangeDeps; clock: Clock };

export const webhookRoutes: FastifyPluginAsyncZodOpenApi<WebhookRoutesOptions> = async (app, { changes, clock }) => {
  const { pool } = changes;
  app.post(
    "/v1/webhooks",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "createWebhook",
        tag: "feed",
        summary: "Make a webhook",
        description: `Posts the program's events from now on to a URL, signed by the Standard Webhooks specification. The answer shows the secret once.
The address must be one of the internet.`,
        body: CreateWebhookBody,
        response: { 201: CreatedWebhook },
      }),
    },
    async (request, reply) => {
      const { endpoint, secret } = await createEndpoint(changes, request.program.programId, request.body, clock());
      return reply.code(201).send({ ...webhookView(endpoint), secret });
    },
  );

  app.get(
    "/v1/webhooks",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "listWebhooks",
        tag: "feed",
        summary: "Webhooks of the program",
        description: "Oldest first.",
        querystring: Page,
        response: { 200: WebhookPage },
      }),
    },
    async (request) => {
      const { limit, cursor } = request.query;
      const { programId } = request.program;
      const after = decodeCursor(z.uuid(), cursor);
      const rows = await inProgram(pool, programId, (tx) => listEndpoints(tx, programId, { after, limit: limit + 1 }));
      return pageFrom(rows, limit, webhookView, ({ endpointId }) => endpointId);
    },
  );

  app.get(
    "/v1/webhooks/:webhookId",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "getWebhook",
        tag: "feed",
        summary: "Read a webhook",
        description: "How far it is, and why it was stopped if it was.",
        params: WebhookParams,
        response: { 200: WebhookSchema },
        problems: ["webhook_not_found"],
      }),
    },
    async (request) => {
      const { programId } = request.program;
      const endpointId = internalWebhookId(request.params.webhookId);
      return webhookView(await inProgram(pool, programId, (tx) => findEndpoint(tx, programId, endpointId)));
    },
  );

  app.patch(
    "/v1/webhooks/:webhookId",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "updateWebhook",
        tag: "feed",
        summary: "Change a webhook",
        description: "Enabled again it goes on where it stopped.",
        params: WebhookParams,
        body: UpdateWebhookBody,
        response: { 200: WebhookSchema },
        problems: ["webhook_not_found"],
      }),
    },
    async (request) => {
      const endpointId = internalWebhookId(request.params.webhookId);
      return webhookView(await changeEndpoint(changes, request.program.programId, { ...request.body, endpointId }, clock()));
    },
  );

  app.delete(
    "/v1/webhooks/:webhookId",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "deleteWebhook",
        tag: "feed",
        summary: "Delete a webhook",
        description: "With all that waits for it.",
        params: WebhookParams,
        response: { 204: { description: "The webhook is gone" } },
        problems: ["webhook_not_found"],
      }),
    },
    async (request, reply) => {
      await dropEndpoint(changes, request.program.programId, internalWebhookId(request.params.webhookId), clock());
      return reply.code(204).send();
    },
  );

  app.post(
    "/v1/webhooks/:webhookId/rotate-secret",
    {
      config: { scope: "admin" },
      schema: operation({
        operationId: "rotateWebhookSecret",
        tag: "feed",
        summary: "Change a webhook's secret",
        description: "Messages are signed with both secrets until the overlap ends, so that receivers can change over.",
        params: WebhookParams,
        body: RotateSecretBody,
        response: { 200: RotatedSecret },
        problems: ["webhook_not_found"],
      }),
    },
    async (request) => {
      const asked = { endpointId: internalWebhookId(request.params.webhookId), ...request.body };
      const { secret, formerSignsUntil } = await rotateSecret(changes, request.program.programId, asked, clock());
      return { secret, formerSignsUntil: formerSignsUntil.toISOString() };
    },
  );
};
